import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Dice, fuzz, fuzzInputs } from '../fuzz.ts'
import { damage } from '../t4/damage.ts'
import { buildAnswerer, buildCaller } from '../t30/machines.ts'
import { drain, runBoth, type Side, side } from './session-pair.ts'

const INPUTS = fuzzInputs(30_000)
const SEED = 39
const EFFECTS_MAX = 3_000
const DATAGRAMS_PER_CALL = 400
/** T5 and T1 are the longest waits of a call in which nothing comes in any more; each may follow the other. */
const SILENT_MS_MAX = 300_000

/** What two sound sessions said to each other, with and without ECM. */
const recorded = [true, false].map((ecm) => {
  const caller = side(buildCaller({ ecm, pages: ['small', 'small'] }))
  const answerer = side(buildAnswerer({ cedMs: 2_600 }))
  runBoth(caller, answerer)
  return { caller: caller.datagrams, answerer: answerer.datagrams }
})

describe('A T.38 session that receives anything', () => {
  for (const role of ['caller', 'answerer'] as const) {
    it(`as ${role} never throws, does a bounded amount, and ends once nothing comes any more`, () => {
      let call: Side | undefined
      let source = recorded[0]!.caller
      let at = 0
      let left = 0
      let nowMs = 0
      const next = (dice: Dice) => {
        if (dice(3) === 0) return Uint8Array.from({ length: dice(60) }, () => dice(256))
        at = dice(20) === 0 ? dice(source.length) : (at + 1) % source.length
        const sound = source[at]!.octets
        return dice(3) === 0 ? damage(sound, dice) : sound
      }
      fuzz(SEED, INPUTS, (dice) => {
        if (!call || left-- === 0) {
          if (call) endInSilence(call, nowMs)
          call = side(role === 'caller' ? buildCaller() : buildAnswerer())
          source = recorded[dice(2)]![role === 'caller' ? 'answerer' : 'caller']
          at = dice(3) === 0 ? dice(source.length) : 0
          left = dice(DATAGRAMS_PER_CALL)
          nowMs = 0
          call.session.start(nowMs)
        }
        const { session } = call
        nowMs += dice(4) === 0 ? dice(2_000) : dice(60)
        session.advance(nowMs)
        session.receive(next(dice), nowMs)
        takeBounded(call, nowMs)
        if (session.hasEnded) call = undefined
      })
    })
  }
})

function takeBounded(call: Side, nowMs: number): void {
  const before = call.datagrams.length + call.timeline.length
  for (let round = 0; round < 3; round++) drain(call, nowMs, () => undefined)
  assert.ok(call.datagrams.length + call.timeline.length - before <= EFFECTS_MAX)
}

function endInSilence({ session }: Side, fromMs: number): void {
  let nowMs = fromMs
  for (let step = 0; !session.hasEnded; step++) {
    assert.ok(step < 20_000 && nowMs < fromMs + SILENT_MS_MAX, `the call goes on at ${nowMs}`)
    nowMs = Math.max(nowMs, session.wakeMs)
    session.advance(nowMs)
    session.takeEffects()
  }
}
