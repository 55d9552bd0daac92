import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Dice, fuzz, fuzzInputs } from '../fuzz.ts'
import { damage } from '../t4/damage.ts'
import { buildAnswerer, buildCaller } from '../t30/machines.ts'
import { drain, runBoth, type Side, side } from './session-pair.ts'

const INPUTS = fuzzInputs(30_000)
const SEED = 39
const EFFECTS_MAX = 3_000
const DATAGRAMS_PER_CALL = 800
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
      let far: FarSide = { datagrams: [], at: 0, wildness: 1 }
      let left = 0
      let nowMs = 0
      let reached = 0
      fuzz(SEED, INPUTS, (dice) => {
        if (!call || left-- === 0) {
          if (call) endInSilence(call, nowMs)
          call = side(role === 'caller' ? buildCaller({ pages: ['small', 'small'] }) : buildAnswerer())
          far = farSide(dice, role === 'caller' ? 'answerer' : 'caller')
          left = dice(DATAGRAMS_PER_CALL)
          nowMs = 0
          call.session.start(nowMs)
        }
        const { session } = call
        const { octets, waitMs } = next(far, dice)
        nowMs += waitMs
        while (session.wakeMs < nowMs) advance(call, session.wakeMs)
        advance(call, nowMs)
        session.receive(octets, nowMs)
        takeBounded(call, nowMs)
        if (call.pages.length > 0 || call.timeline.at(-1)?.what === 'image block') reached++
        if (session.hasEnded) call = undefined
      })
      assert.ok(reached > 0, 'no call came as far as a page')
    })
  }
})

interface FarSide {
  readonly datagrams: Side['datagrams']
  at: number
  /** One datagram in so many is damaged, out of order, or noise. */
  readonly wildness: number
}

function farSide(dice: Dice, role: 'caller' | 'answerer'): FarSide {
  const { [role]: datagrams } = recorded[dice(2)]!
  return {
    datagrams,
    at: dice(4) === 0 ? dice(datagrams.length) : 0,
    wildness: [2, 20, 200, 2_000][dice(4)]!,
  }
}

/** The datagram that was recorded next, at its time; or something else. */
function next(far: FarSide, dice: Dice): { octets: Uint8Array; waitMs: number } {
  const { datagrams, wildness } = far
  const before = datagrams[far.at]!
  const isWild = dice(wildness) === 0
  far.at = isWild && dice(4) === 0 ? dice(datagrams.length) : (far.at + 1) % datagrams.length
  const { octets, atMs } = datagrams[far.at]!
  const waitMs = isWild && dice(4) === 0 ? dice(2_000) : Math.max(0, atMs - before.atMs)
  if (!isWild) return { octets, waitMs }
  const noise = Uint8Array.from({ length: dice(60) }, () => dice(256))
  return { octets: dice(2) === 0 ? noise : damage(octets, dice), waitMs }
}

function advance(call: Side, nowMs: number): void {
  call.session.advance(nowMs)
  takeBounded(call, nowMs)
}

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
