import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FaxCallEnd } from '../../src/fax-call/fax-call-types.ts'
import { callerOptions, Pair, type PairOptions } from './two-endpoints.ts'

function call(options: PairOptions = {}): Pair {
  const pair = new Pair(options)
  pair.place()
  pair.run()
  return pair
}

function outcome(end: FaxCallEnd | undefined) {
  assert.ok(end, 'the call has no end')
  return end.outcome
}

function faxResult(end: FaxCallEnd | undefined): string {
  const found = outcome(end)
  return found.kind === 'fax' ? found.t30.result : found.kind
}

function steps(end: FaxCallEnd | undefined): string[] {
  return end!.timeline.map(({ what }) => what)
}

test('two endpoints fax three pages over SIP, sound and T.38, pixel for pixel', () => {
  const pair = call({ pageCount: 3 })
  assert.equal(faxResult(pair.ends.caller), 'ok')
  assert.equal(faxResult(pair.ends.answerer), 'ok')
  assert.deepEqual(
    pair.pages.map(({ number, t6 }) => [number, Buffer.from(t6).toString('base64')]),
    callerOptions(3).pages.map(({ number, t6 }) => [number, Buffer.from(t6).toString('base64')]),
  )
})

test('the timeline of a call goes from INVITE to its end, in order of time', () => {
  const { ends } = call()
  const entries = ends.caller!.timeline
  assert.deepEqual(
    [
      'INVITE',
      '200',
      'CNG',
      'T.38 up',
      'DIS',
      'DCS',
      'CFR',
      'image block',
      'PPS-EOP',
      'MCF',
      'DCN',
      'call ended',
    ].filter((what) => !steps(ends.caller).includes(what)),
    [],
  )
  assert.deepEqual(
    entries.map(({ atMs }) => atMs),
    entries.map(({ atMs }) => atMs).sort((a, b) => a - b),
  )
})

test('the answering side asks for T.38; a caller whose far end does not asks after six seconds', () => {
  const usual = call()
  assert.ok(steps(usual.ends.answerer).includes('re-INVITE'))
  assert.equal(usual.ends.caller!.timeline.find(({ what }) => what === 're-INVITE')?.direction, 'received')
  const patient = call({ answererProfile: { t38: 'wait' } })
  const offered = patient.ends.caller!.timeline.find(({ what }) => what === 're-INVITE')!
  assert.equal(offered.direction, 'sent')
  assert.ok(offered.atMs >= 6_000, `${offered.atMs} ms`)
  assert.equal(faxResult(patient.ends.caller), 'ok')
})

test('both sides ask at once: glare is settled and the fax goes through', () => {
  const pair = call({ callerProfile: { t38: 'offer' }, answererProfile: { t38: 'offer' } })
  assert.equal(faxResult(pair.ends.caller), 'ok')
  assert.equal(faxResult(pair.ends.answerer), 'ok')
})

test('a refusal to answer carries its status and cause, and no page was touched', () => {
  const busy = outcome(call({ decide: 486 }).ends.caller)
  assert.ok(busy.kind === 'not_answered')
  assert.equal(busy.status, 486)
  assert.equal(busy.cause, 'busy')
})

test('a far end that refuses T.38 ends the call as no_t38 with its status, within seconds', () => {
  const pair = call({ answererProfile: { t38: 'off' }, callerProfile: { t38: 'offer' } })
  const end = outcome(pair.ends.caller)
  assert.ok(end.kind === 'no_t38', end.kind)
  assert.equal(end.refusedWith, 488)
  assert.ok(pair.endedAtMs.caller! < 15_000, `${pair.endedAtMs.caller} ms`)
})

test('nobody asks for T.38 and no fax tone is heard: the call ends after T1', () => {
  const pair = call({ answererProfile: { t38: 'off' }, callerProfile: { t38: 'off' } })
  const end = outcome(pair.ends.answerer)
  assert.ok(end.kind === 'no_t38', end.kind)
  assert.equal(end.refusedWith, undefined)
  assert.equal(outcome(pair.ends.caller).kind, 'dropped')
  assert.ok(pair.endedAtMs.answerer! < 60_000, `${pair.endedAtMs.answerer} ms`)
})

test('hanging up before the answer cancels; hanging up in the middle says DCN and BYE', () => {
  const early = new Pair()
  early.place()
  early.hangUp('caller')
  early.run()
  assert.equal(outcome(early.ends.caller).kind, 'canceled')
  const late = new Pair({ pageCount: 3 })
  late.place()
  late.run(20_000)
  late.hangUp('caller')
  late.run()
  assert.equal(faxResult(late.ends.caller), 'hung_up')
  assert.equal(faxResult(late.ends.answerer), 'disconnected_early')
})

test('a call ends within ten seconds of its fax, though the peer answers no BYE', () => {
  const pair = call({ onSip: (text) => (/^BYE|CSeq: \d+ BYE/m.test(text) ? 'drop' : undefined) })
  for (const side of ['caller', 'answerer'] as const) {
    const faxEnd = pair.ends[side]!.timeline.findLast(({ what }) => what === 'end')!
    const lastMs = pair.ends[side]!.timeline.at(-1)!.atMs - faxEnd.atMs
    assert.ok(lastMs <= 10_000, `${side} ended ${lastMs} ms after its fax`)
    assert.equal(faxResult(pair.ends[side]), 'ok')
  }
})

test('a peer that vanishes in the middle of a page leaves a bounded call', () => {
  let isGone = false
  const pair = new Pair({ pageCount: 3, onSip: () => (isGone ? 'drop' : undefined) })
  pair.place()
  pair.run(20_000)
  isGone = true
  pair.endpoints.answerer.hangUp = () => undefined
  pair.endpoints.answerer.receiveMedia = () => undefined
  pair.endpoints.answerer.advanceCall = () => undefined
  pair.endpoints.answerer.callWakeMs = () => Number.POSITIVE_INFINITY
  pair.run()
  assert.equal(faxResult(pair.ends.caller), 'no_response_to_page')
  assert.ok(pair.endedAtMs.caller! < 120_000, `${pair.endedAtMs.caller} ms`)
})
