import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { Transmission } from '../../src/t30/machine.ts'
import { MODULATIONS, type Modulation } from '../../src/t30/modulation.ts'
import { CARRIERS } from '../../src/t38/carriers.ts'
import { frameCheckSequence } from '../../src/t38/hdlc-bits.ts'
import { type PlannedPacket, planSignal } from '../../src/t38/signal-plan.ts'
import { unhex } from './hex.ts'

const MCF = unhex('ff c8 31')
/** CSI `+12025550101` and DIS, as a trace of ours shows them. */
const CSI = unhex('ff c0 02 8c 0c 8c 0c ac ac ac 4c 0c 4c 8c d4 04 04 04 04 04 04 04 04')
const DIS = unhex('ff c8 01 20 77 1f 23')
const NAMES = Object.keys(MODULATIONS) as Modulation[]

function plan(signal: Transmission, octetsMax = 200): PlannedPacket[] {
  return [...planSignal(signal, octetsMax)]
}

function durationMs(signal: Transmission): number {
  const end = plan(signal).find(({ isEnd }) => isEnd)
  assert.ok(end)
  return end.atMs
}

/** Frame, FCS and closing flag, bit by bit. */
function lineBits(frame: Uint8Array): number {
  const fcs = frameCheckSequence(frame)
  const bits = [...frame, fcs >> 8, fcs & 0xff].map((octet) => octet.toString(2).padStart(8, '0')).join('')
  return bits.replace(/11111/g, '111110').length + 8
}

function near(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) < 1e-6, `${actual} is not ${expected}`)
}

describe('The plan of a signal takes as long as a modem would', () => {
  it('for MCF: a second of preamble, 24 bits, FCS, flag and stuffed zeros', () => {
    // 1111 1111 1100 1000 0011 0001 has ten ones on end: two zeros. Its FCS, 0100 0101 1000 1111, has four at most: none.
    assert.equal(frameCheckSequence(MCF), 0x458f)
    near(durationMs({ kind: 'control', frames: [MCF] }), 1_000 + ((24 + 2 + 16 + 8) * 1_000) / 300)
  })

  it('for CSI and DIS: one preamble, and every bit of both frames', () => {
    const bits = lineBits(CSI) + lineBits(DIS)
    near(durationMs({ kind: 'control', frames: [CSI, DIS] }), 1_000 + (bits * 1_000) / 300)
  })

  it('for TCF: long training and a second and a half', () => {
    near(durationMs({ kind: 'training_check', modulation: 'V17_14400' }), 1_393 + 1_500)
    near(durationMs({ kind: 'training_check', modulation: 'V29_9600' }), 253 + 1_500)
    near(durationMs({ kind: 'training_check', modulation: 'V27TER_2400' }), 1_158 + 1_500)
  })

  it('for a page: training and eight bits an octet', () => {
    const octets = new Uint8Array(1_800)
    near(durationMs({ kind: 'image', modulation: 'V17_14400', training: 'short', octets }), 142 + 1_000)
    near(durationMs({ kind: 'image', modulation: 'V17_14400', training: 'long', octets }), 1_393 + 1_000)
    near(durationMs({ kind: 'image', modulation: 'V29_7200', training: 'short', octets }), 253 + 2_000)
  })

  it('for a block: training, 200 ms of flags, each frame stuffed, and three RCP', () => {
    const frame = Uint8Array.of(0xff, 0xc0, 0x60, 0x80, ...new Uint8Array(256).fill(0xff))
    const rcp = unhex('ff c0 61')
    const bits = lineBits(frame) * 2 + lineBits(rcp) * 3
    const block: Transmission = {
      kind: 'block',
      modulation: 'V17_14400',
      training: 'short',
      frames: [frame, frame],
    }
    near(durationMs(block), 142 + 200 + (bits * 1_000) / 14_400)
    // The zeros of stuffing alone are a fifth of such a frame.
    assert.ok(lineBits(frame) > 256 * 8 * 1.2)
  })

  it('for CED: as long as it was asked for', () => {
    assert.equal(durationMs({ kind: 'ced', durationMs: 2_600 }), 2_600)
  })
})

describe('The packets of a signal', () => {
  const frames = fc.array(fc.uint8Array({ minLength: 3, maxLength: 270 }), { minLength: 1, maxLength: 5 })

  it('hold every octet of every frame, in order, whatever fits into one', () => {
    fc.assert(
      fc.property(
        frames,
        fc.integer({ min: 1, max: 300 }),
        fc.constantFrom(...NAMES),
        (all, max, modulation) => {
          for (const signal of [
            { kind: 'control', frames: all },
            { kind: 'block', modulation, training: 'short', frames: all },
          ] as const) {
            const got = framesOf(plan(signal, max))
            assert.deepEqual(got.slice(0, all.length), all)
            assert.equal(got.length, all.length + (signal.kind === 'block' ? 3 : 0))
          }
        },
      ),
      { numRuns: 60 },
    )
  })

  it('hold every octet of a page, and none is larger than what fits', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 2_000 }),
        fc.integer({ min: 1, max: 100 }),
        (octets, max) => {
          const packets = plan({ kind: 'image', modulation: 'V29_9600', training: 'short', octets }, max)
          const pieces = packets.flatMap(({ ifp }) => (ifp.kind === 'data' ? ifp.fields : []))
          assert.deepEqual(Uint8Array.from(pieces.flatMap((piece) => [...piece.octets])), octets)
          assert.ok(pieces.every((piece) => piece.octets.length <= max))
          assert.equal(pieces.at(-1)?.type, 't4_non_ecm_sig_end')
        },
      ),
      { numRuns: 60 },
    )
  })

  it('leave in the order of their times, end once, and say the end again', () => {
    fc.assert(
      fc.property(frames, fc.constantFrom(...NAMES), (all, modulation) => {
        for (const signal of signalsOf(all, modulation)) {
          const packets = plan(signal)
          for (const [i, { atMs }] of packets.slice(1).entries()) assert.ok(atMs >= packets[i]!.atMs)
          assert.equal(packets.filter(({ isEnd }) => isEnd).length, 1)
          const after = packets.slice(packets.findIndex(({ isEnd }) => isEnd) + 1)
          assert.ok(after.length >= 3)
          for (const { ifp } of after) assert.deepEqual(ifp, { kind: 'indicator', indicator: 'no_signal' })
        }
      }),
      { numRuns: 30 },
    )
  })

  it('begin with the indicator of their modem, several times over', () => {
    for (const modulation of NAMES) {
      const { longTraining, shortTraining } = CARRIERS[modulation]
      const octets = new Uint8Array(100)
      const indicators = (signal: Transmission) =>
        plan(signal)
          .map(({ ifp }) => ifp)
          .flatMap((ifp) =>
            ifp.kind === 'indicator' && ifp.indicator !== 'no_signal' ? [ifp.indicator] : [],
          )
      const long = indicators({ kind: 'image', modulation, training: 'long', octets })
      const short = indicators({ kind: 'image', modulation, training: 'short', octets })
      assert.ok(long.length >= 3 && long.every((name) => name === longTraining))
      assert.ok(short.length >= 3 && short.every((name) => name === shortTraining))
      assert.ok(indicators({ kind: 'training_check', modulation }).every((name) => name === longTraining))
    }
  })

  it('are paced at the modem’s rate: what has left by any time is no more than it could have carried', () => {
    const octets = new Uint8Array(3_600)
    for (const modulation of NAMES) {
      const { bitRate } = MODULATIONS[modulation]
      let sent = 0
      for (const { atMs, ifp } of plan({ kind: 'image', modulation, training: 'short', octets })) {
        const carried = ((atMs - CARRIERS[modulation].shortMs) * bitRate) / 8_000
        if (ifp.kind === 'data') assert.ok(sent <= carried + 1)
        sent += ifp.kind === 'data' ? ifp.fields[0]!.octets.length : 0
      }
    }
  })
})

function signalsOf(frames: readonly Uint8Array[], modulation: Modulation): Transmission[] {
  return [
    { kind: 'control', frames },
    { kind: 'block', modulation, training: 'long', frames },
    { kind: 'training_check', modulation },
    { kind: 'image', modulation, training: 'short', octets: frames[0]! },
    { kind: 'ced', durationMs: 2_600 },
  ]
}

function framesOf(packets: readonly PlannedPacket[]): Uint8Array[] {
  const all: Uint8Array[] = []
  let open: number[] = []
  for (const { ifp, frame } of packets) {
    for (const { type, octets } of ifp.kind === 'data' ? ifp.fields : []) {
      open.push(...octets)
      if (!type.startsWith('hdlc_fcs_ok')) continue
      all.push(Uint8Array.from(open))
      open = []
      assert.deepEqual(frame, all.at(-1))
    }
  }
  return all
}
