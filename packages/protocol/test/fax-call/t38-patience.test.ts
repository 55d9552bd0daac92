import assert from 'node:assert/strict'
import test from 'node:test'
import { T38Patience } from '@answerback/protocol/fax-call/t38-patience'

const ANSWERED_MS = 10_000
const NEVER = Number.POSITIVE_INFINITY

function answered(...[role, habit]: ConstructorParameters<typeof T38Patience>): T38Patience {
  const patience = new T38Patience(role, habit)
  patience.answered(ANSWERED_MS)
  return patience
}

test('nothing is due before the call is answered', () => {
  const { offerAtMs, giveUpAtMs } = new T38Patience('caller', 'offer')
  assert.deepEqual([offerAtMs, giveUpAtMs], [NEVER, NEVER])
})

test('each end waits for the other as long as its habit says, and never offers when it is off', () => {
  const offers = (['caller', 'answerer'] as const).map((role) =>
    (['offer', 'auto', 'wait', 'off'] as const).map((habit) => answered(role, habit).offerAtMs - ANSWERED_MS),
  )
  assert.deepEqual(offers, [
    [0, 6_000, 20_000, NEVER],
    [0, 1_000, 10_000, NEVER],
  ])
})

test('V.21 brings a caller’s offer forward, CNG an answerer’s, and no other tone does', () => {
  const caller = answered('caller', 'auto')
  caller.heard('ced', ANSWERED_MS + 100)
  caller.heard('cng', ANSWERED_MS + 100)
  assert.equal(caller.offerAtMs, ANSWERED_MS + 6_000)
  caller.heard('v21_preamble', ANSWERED_MS + 200)
  assert.equal(caller.offerAtMs, ANSWERED_MS + 1_700)
  const answerer = answered('answerer', 'auto')
  answerer.heard('v21_preamble', ANSWERED_MS + 100)
  assert.equal(answerer.offerAtMs, ANSWERED_MS + 1_000)
  answerer.heard('cng', ANSWERED_MS + 200)
  assert.equal(answerer.offerAtMs, ANSWERED_MS + 200)
})

test('a tone puts no offer off, and hurries none that waits to be asked', () => {
  const late = answered('caller', 'auto')
  late.heard('v21_preamble', ANSWERED_MS + 5_500)
  assert.equal(late.offerAtMs, ANSWERED_MS + 6_000)
  for (const habit of ['wait', 'off'] as const) {
    const patience = answered('caller', habit)
    const before = patience.offerAtMs
    patience.heard('v21_preamble', ANSWERED_MS + 100)
    assert.equal(patience.offerAtMs, before, habit)
  }
})

test('an offer is made once: no tone asks for a second one', () => {
  const patience = answered('answerer', 'auto')
  patience.offered()
  patience.heard('cng', ANSWERED_MS + 2_000)
  assert.deepEqual([patience.offerAtMs, patience.hasOffered], [NEVER, true])
})

test('a refusal shortens the wait for the far end’s own offer and never lengthens it', () => {
  const early = answered('caller', 'offer')
  early.refused(ANSWERED_MS + 1_000)
  assert.equal(early.giveUpAtMs, ANSWERED_MS + 9_000)
  const late = answered('caller', 'offer')
  late.refused(ANSWERED_MS + 44_000)
  assert.equal(late.giveUpAtMs, ANSWERED_MS + 45_000)
})

test('once T.38 is up nothing is waited for', () => {
  const patience = answered('caller', 'auto')
  patience.up()
  assert.deepEqual([patience.offerAtMs, patience.giveUpAtMs], [NEVER, NEVER])
})
