import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ParseError } from '@answerback/protocol/parse-error'
import { decodeIfp, encodeIfp, type Ifp, type T38Version } from '@answerback/protocol/t38/ifp'
import { parseUdptl, UdptlReceiver, UdptlSender } from '@answerback/protocol/t38/udptl'
import { DATA_TYPES, FIELD_TYPES, INDICATORS } from '../../src/t38/ifp-types.ts'
import { cpuMs, createDice, damage } from '../t4/damage.ts'

const INPUTS = Number(process.env.ANSWERBACK_FUZZ_INPUTS ?? 100_000)
const SEED = 38
const CPU_MS_MAX = 50

type Dice = (sides: number) => number

function somePacket(dice: Dice, version: T38Version): Ifp {
  const isOld = version < 2
  if (dice(3) === 0)
    return { kind: 'indicator', indicator: INDICATORS[dice(isOld ? 16 : INDICATORS.length)]! }
  const fields = Array.from({ length: dice(5) }, () => ({
    type: FIELD_TYPES[dice(isOld ? 8 : FIELD_TYPES.length)]!,
    octets: Uint8Array.from({ length: dice(2) * (1 + dice(60)) }, () => dice(256)),
  }))
  return { kind: 'data', dataType: DATA_TYPES[dice(isOld ? 9 : DATA_TYPES.length)]!, fields }
}

function noise(dice: Dice): Uint8Array {
  return Uint8Array.from({ length: dice(80) }, () => (dice(3) === 0 ? dice(4) : dice(256)))
}

/** Runs `read` on each input; anything but a `ParseError` escapes, with the number that finds it again. */
function feed(inputOf: (dice: Dice) => Uint8Array, read: (input: Uint8Array, i: number) => void): void {
  const dice = createDice(SEED)
  let i = 0
  let slowest = 0
  try {
    for (; i < INPUTS; i++) {
      const input = inputOf(dice)
      slowest = Math.max(
        slowest,
        cpuMs(() => read(input, i)),
      )
    }
  } catch (error) {
    throw new Error(`seed ${SEED}, input ${i}`, { cause: error })
  }
  assert.ok(slowest <= CPU_MS_MAX, `an input took ${slowest} ms`)
}

function orParseError(work: () => void): void {
  try {
    work()
  } catch (error) {
    if (!(error instanceof ParseError)) throw error
    assert.ok(Number.isInteger(error.offset) && error.offset >= 0)
  }
}

describe('Hostile octets', () => {
  it('are an IFP packet that can be written again, or a typed error, in every version', () => {
    feed(
      (dice) => (dice(4) === 0 ? noise(dice) : damage(encodeIfp(somePacket(dice, 3), 3), dice)),
      (input, i) => {
        const version = (i & 3) as T38Version
        orParseError(() => {
          const packet = decodeIfp(input, version)
          if (packet.kind === 'indicator' && packet.indicator === 'unknown') return
          // Extensions are read in every version, but written only in those that have them.
          if (version >= 2) assert.deepEqual(decodeIfp(encodeIfp(packet, version), version), packet)
        })
      },
    )
  })

  it('are a UDPTL datagram whose parts lie inside it, or a typed error', () => {
    feed(
      (dice) => (dice(4) === 0 ? noise(dice) : damage(someDatagrams(dice, 6).at(-1)!, dice)),
      (input) =>
        orParseError(() => {
          const { primary, recovery } = parseUdptl(input)
          const parts = recovery.kind === 'fec' ? recovery.parities : recovery.packets
          const octets = [primary, ...parts].reduce((sum, part) => sum + part.length, 0)
          assert.ok(octets <= input.length)
        }),
    )
  })

  it('never make a receiver throw, hold much, or hand over a number twice in a row', () => {
    const dice = createDice(SEED)
    let pending: Uint8Array[] = []
    let receiver = new UdptlReceiver()
    let nowMs = 0
    feed(
      () => {
        if (pending.length === 0) {
          pending = someDatagrams(dice, 40).map((datagram) =>
            dice(5) === 0 ? damage(datagram, dice) : datagram,
          )
          if (dice(8) === 0) receiver = new UdptlReceiver({ reorderWindow: 1 + dice(20), holdMs: dice(300) })
        }
        return pending.splice(dice(Math.min(3, pending.length)), 1)[0]!
      },
      (input) => {
        nowMs += dice(60)
        const received = [...receiver.advance(nowMs), ...receiver.push(input, nowMs)]
        assert.ok(received.length < 1200)
        let last = -1
        for (const one of received) {
          if (one.kind === 'gap') assert.ok(one.missing > 0)
          else assert.notEqual(one.sequence, last)
          last = one.kind === 'ifp' ? one.sequence : -1
        }
        assert.ok(receiver.wakeMs > nowMs)
      },
    )
  })
})

function someDatagrams(dice: Dice, count: number): Uint8Array[] {
  const correction = (
    [
      { kind: 'none' },
      { kind: 'redundancy', depth: 1 + dice(4) },
      { kind: 'fec', span: 1 + dice(4), entries: 1 + dice(4) },
    ] as const
  )[dice(3)]!
  const sender = new UdptlSender({ errorCorrection: correction, datagramOctetsMax: 60 + dice(400) })
  return Array.from({ length: count }, () => sender.pack(encodeIfp(somePacket(dice, 3), 3)))
}
