import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ParseError } from '@answerback/protocol/parse-error'
import {
  type ErrorCorrection,
  parseUdptl,
  type UdptlReceived,
  UdptlReceiver,
  UdptlSender,
} from '@answerback/protocol/t38/udptl'
import fc from 'fast-check'
import { hex, unhex } from './hex.ts'

const NONE: ErrorCorrection = { kind: 'none' }
const ROOMY = 1400

/** An IFP packet that shows its number, of a length that varies. */
function ifp(number: number): Uint8Array {
  const octets = new Uint8Array(3 + ((number * 7) % 11)).fill(number & 0xff)
  octets[1] = number >>> 8
  octets[octets.length - 1] = 0xa5
  return octets
}

function datagrams(count: number, errorCorrection: ErrorCorrection, datagramOctetsMax = ROOMY): Uint8Array[] {
  const sender = new UdptlSender({ errorCorrection, datagramOctetsMax })
  return Array.from({ length: count }, (_, i) => sender.pack(ifp(i)))
}

/** `'0 1 gap2 4'`, with a check that each packet is what was sent (FEC may leave zeros behind it). */
function shown(received: readonly UdptlReceived[]): string {
  return received
    .map((one) => {
      if (one.kind === 'gap') return `gap${one.missing}`
      const sent = ifp(one.sequence)
      assert.equal(hex(one.octets.subarray(0, sent.length)), hex(sent))
      assert.ok(one.octets.subarray(sent.length).every((octet) => octet === 0))
      return `${one.sequence}`
    })
    .join(' ')
}

/** Pushes datagrams 30 ms apart, then waits. */
function receive(list: readonly Uint8Array[], receiver = new UdptlReceiver()): string {
  const all: UdptlReceived[] = []
  let nowMs = 0
  for (const datagram of list) {
    all.push(...receiver.advance(nowMs), ...receiver.push(datagram, nowMs))
    nowMs += 30
  }
  all.push(...receiver.advance(nowMs + 1000))
  assert.equal(receiver.wakeMs, Number.POSITIVE_INFINITY)
  return shown(all)
}

const without = <T>(list: readonly T[], ...lost: readonly number[]) =>
  list.filter((_, i) => !lost.includes(i))
const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => `${from + i}`).join(' ')

describe('A UDPTL datagram', () => {
  it('has the octets that T.38 gives it', () => {
    const none = new UdptlSender({ errorCorrection: NONE, datagramOctetsMax: ROOMY })
    assert.equal(hex(none.pack(unhex('06'))), '00 00 01 06 00 00')
    assert.equal(hex(none.pack(unhex('c0 01 20'))), '00 01 03 c0 01 20 00 00')

    const redundant = new UdptlSender({
      errorCorrection: { kind: 'redundancy', depth: 2 },
      datagramOctetsMax: ROOMY,
    })
    assert.equal(hex(redundant.pack(unhex('00'))), '00 00 01 00 00 00')
    assert.equal(hex(redundant.pack(unhex('06'))), '00 01 01 06 00 01 01 00')
    assert.equal(hex(redundant.pack(unhex('08'))), '00 02 01 08 00 02 01 06 01 00')
    assert.equal(hex(redundant.pack(unhex('0a'))), '00 03 01 0a 00 02 01 08 01 06')

    const fec = new UdptlSender({
      errorCorrection: { kind: 'fec', span: 2, entries: 2 },
      datagramOctetsMax: ROOMY,
    })
    assert.equal(hex(fec.pack(unhex('01'))), '00 00 01 01 80 01 02 00')
    assert.equal(hex(fec.pack(unhex('02'))), '00 01 01 02 80 01 02 00')
    assert.equal(hex(fec.pack(unhex('04 f0'))), '00 02 02 04 f0 80 01 02 01 01 03')
    assert.equal(hex(fec.pack(unhex('08'))), '00 03 01 08 80 01 02 01 02 06 f0')
    // Two parities over 0 … 3: of 0 and 2, and of 1 and 3.
    assert.equal(hex(fec.pack(unhex('10'))), '00 04 01 10 80 01 02 02 02 05 f0 01 0a')
  })

  it('writes a packet of 128 octets or more with two octets of length, also as redundancy', () => {
    const sender = new UdptlSender({
      errorCorrection: { kind: 'redundancy', depth: 1 },
      datagramOctetsMax: 40_000,
    })
    for (const length of [127, 128, 300, 16_383]) {
      const long = new Uint8Array(length).fill(7)
      sender.pack(long)
      const { primary, recovery } = parseUdptl(sender.pack(long))
      assert.equal(primary.length, length)
      assert.ok(recovery.kind === 'redundancy')
      assert.deepEqual(recovery.packets, [long])
    }
    assert.equal(
      hex(
        new UdptlSender({ errorCorrection: NONE, datagramOctetsMax: 400 })
          .pack(new Uint8Array(300))
          .subarray(2, 4),
      ),
      '81 2c',
    )
    assert.throws(() => sender.pack(new Uint8Array(16_384)), RangeError)
    assert.throws(() => sender.pack(new Uint8Array(0)), RangeError)
  })

  it('leaves out its oldest redundancy until it fits the peer', () => {
    for (const datagramOctetsMax of [58, 59, 72, 158]) {
      const sender = new UdptlSender({ errorCorrection: { kind: 'redundancy', depth: 3 }, datagramOctetsMax })
      const packets = Array.from({ length: 8 }, (_, i) => new Uint8Array(40).fill(i))
      const depths = packets.map((packet) => {
        const datagram = sender.pack(packet)
        assert.ok(datagram.length <= datagramOctetsMax)
        const { recovery } = parseUdptl(datagram)
        assert.ok(recovery.kind === 'redundancy')
        return recovery.packets.length
      })
      const fits = Math.min(3, Math.floor((datagramOctetsMax - 45) / 41))
      assert.deepEqual(
        depths,
        [0, 1, 2, 3, 3, 3, 3, 3].map((depth) => Math.min(depth, fits)),
      )
    }
  })

  it('goes out with a packet of its own whatever the peer can take, and says what fits', () => {
    for (const [datagramOctetsMax, ifpOctetsMax] of [
      [58, 53],
      [132, 127],
      [133, 127],
      [134, 128],
      [3, 0],
    ] as const) {
      const sender = new UdptlSender({ errorCorrection: { kind: 'redundancy', depth: 3 }, datagramOctetsMax })
      assert.equal(sender.ifpOctetsMax, ifpOctetsMax)
      if (ifpOctetsMax === 0) continue
      sender.pack(new Uint8Array(1))
      assert.ok(sender.pack(new Uint8Array(ifpOctetsMax)).length <= datagramOctetsMax)
      assert.ok(sender.pack(new Uint8Array(ifpOctetsMax + 1)).length > datagramOctetsMax)
    }
  })

  it('takes another depth of redundancy for one packet, where redundancy was negotiated', () => {
    const sender = new UdptlSender({
      errorCorrection: { kind: 'redundancy', depth: 1 },
      datagramOctetsMax: ROOMY,
    })
    const counts = [undefined, 3, 3, 3, 0, 2].map((redundancyDepth) => {
      const { recovery } = parseUdptl(sender.pack(unhex('06'), { redundancyDepth }))
      return recovery.kind === 'redundancy' && recovery.packets.length
    })
    assert.deepEqual(counts, [0, 1, 2, 3, 0, 2])
    const none = new UdptlSender({ errorCorrection: NONE, datagramOctetsMax: ROOMY })
    none.pack(unhex('06'))
    assert.equal(none.pack(unhex('06'), { redundancyDepth: 3 }).length, 6)
  })

  it('drops FEC entries, and at last FEC itself, until it fits the peer', () => {
    const correction: ErrorCorrection = { kind: 'fec', span: 2, entries: 3 }
    const counts = [200, 150, 100, 50, 47, 45].map((datagramOctetsMax) => {
      const sender = new UdptlSender({ errorCorrection: correction, datagramOctetsMax })
      let last = new Uint8Array()
      for (let i = 0; i < 10; i++) last = sender.pack(new Uint8Array(40).fill(i)) as Uint8Array<ArrayBuffer>
      assert.ok(last.length <= datagramOctetsMax)
      const { recovery } = parseUdptl(last)
      return recovery.kind === 'fec' ? recovery.parities.length : 'none'
    })
    assert.deepEqual(counts, [3, 2, 1, 0, 0, 'none'])
  })

  it('that breaks the rules is an error naming the place', () => {
    const cases: readonly (readonly [string, string, number])[] = [
      ['', 'udptl.sequence', 0],
      ['00', 'udptl.sequence', 0],
      ['00 00', 'udptl.primary', 2],
      ['00 00 02 06', 'udptl.primary', 2],
      ['00 00 80', 'udptl.primary', 3],
      ['00 00 c1', 'udptl.primary', 2],
      ['00 00 01 06', 'udptl.recovery', 4],
      ['00 00 01 06 40', 'udptl.recovery', 4],
      ['00 00 01 06 00', 'udptl.secondary_count', 5],
      ['00 00 01 06 00 80 01', 'udptl.secondary_count', 5],
      ['00 00 01 06 00 01', 'udptl.secondary', 6],
      ['00 00 01 06 00 01 05 00', 'udptl.secondary', 6],
      ['00 00 01 06 00 00 00', 'udptl.end', 6],
      ['00 00 01 06 80 02 00 01 00', 'udptl.fec_span', 5],
      ['00 00 01 06 80 01', 'udptl.fec_span', 6],
      ['00 00 01 06 80 01 80', 'udptl.fec_span', 6],
      ['00 00 01 06 80 01 02', 'udptl.fec_count', 7],
      ['00 00 01 06 80 01 02 01', 'udptl.fec', 8],
    ]
    for (const [wire, field, offset] of cases) {
      assert.throws(
        () => parseUdptl(unhex(wire)),
        (error) => error instanceof ParseError && error.field === field && error.offset === offset,
        wire,
      )
    }
  })

  it('cannot be asked for error correction outside its bounds', () => {
    for (const errorCorrection of [
      { kind: 'redundancy', depth: -1 },
      { kind: 'redundancy', depth: 128 },
      { kind: 'fec', span: 0, entries: 1 },
      { kind: 'fec', span: 3, entries: 0 },
      { kind: 'fec', span: 9, entries: 8 },
    ] as const) {
      assert.throws(() => new UdptlSender({ errorCorrection, datagramOctetsMax: ROOMY }), RangeError)
    }
  })
})

describe('A UDPTL receiver', () => {
  it('hands over what comes in order at once, across the wrap of the sequence number', () => {
    const list = datagrams(66_000, { kind: 'redundancy', depth: 1 })
    const receiver = new UdptlReceiver()
    for (const [i, datagram] of list.entries()) {
      const [only, ...rest] = receiver.push(datagram, i * 30)
      assert.ok(only?.kind === 'ifp' && rest.length === 0)
      assert.equal(only.sequence, i & 0xffff)
      assert.equal(hex(only.octets), hex(ifp(i)))
    }
    assert.deepEqual({ ...receiver.counts }, { ...zeroCounts(), received: 66_000 })
  })

  it('gets lost packets back from redundancy, across the wrap too', () => {
    const sender = new UdptlSender({
      errorCorrection: { kind: 'redundancy', depth: 3 },
      datagramOctetsMax: ROOMY,
    })
    const receiver = new UdptlReceiver()
    const got: number[] = []
    for (let i = 0; i < 65_600; i++) {
      const datagram = sender.pack(ifp(i & 0xffff))
      if (i < 65_500 ? i % 1000 !== 0 : i % 4 === 0) {
        for (const one of receiver.push(datagram, i * 30)) {
          assert.ok(one.kind === 'ifp' && hex(one.octets) === hex(ifp(one.sequence)))
          got.push(one.sequence)
        }
      }
    }
    assert.deepEqual(
      got,
      Array.from({ length: 65_597 }, (_, i) => i & 0xffff),
    )
    assert.equal(receiver.counts.lost, 0)
  })

  it('puts reordered packets in order and drops duplicates', () => {
    const list = datagrams(8, NONE)
    const order = [0, 2, 1, 1, 5, 4, 3, 3, 6, 2, 7]
    const receiver = new UdptlReceiver()
    assert.equal(
      receive(
        order.map((i) => list[i]!),
        receiver,
      ),
      numbers(0, 7),
    )
    assert.deepEqual({ ...receiver.counts }, { ...zeroCounts(), received: 11, duplicate: 3 })
  })

  it('waits for a missing packet a bounded time, then says it is lost, and drops it if it comes late', () => {
    const list = datagrams(6, NONE)
    const receiver = new UdptlReceiver({ holdMs: 100 })
    assert.equal(shown(receiver.push(list[0]!, 0)), '0')
    assert.equal(receiver.wakeMs, Number.POSITIVE_INFINITY)
    assert.equal(shown(receiver.push(list[2]!, 60)), '')
    assert.equal(receiver.wakeMs, 160)
    assert.equal(shown(receiver.push(list[4]!, 90)), '')
    assert.equal(shown(receiver.advance(159)), '')
    assert.equal(shown(receiver.advance(160)), 'gap1 2')
    assert.equal(receiver.wakeMs, 190)
    assert.equal(shown(receiver.push(list[1]!, 170)), '')
    assert.equal(shown(receiver.push(list[3]!, 180)), '3 4')
    assert.equal(shown(receiver.push(list[1]!, 185)), '')
    assert.deepEqual({ ...receiver.counts }, { ...zeroCounts(), received: 6, lost: 1, late: 2 })
  })

  it('holds no more than its window', () => {
    const list = datagrams(200, NONE)
    const receiver = new UdptlReceiver({ reorderWindow: 4 })
    assert.equal(shown(receiver.push(list[0]!, 0)), '0')
    for (const i of [2, 3, 4, 5]) assert.equal(shown(receiver.push(list[i]!, 0)), '')
    assert.equal(shown(receiver.push(list[6]!, 0)), 'gap1 2 3 4 5 6')
    assert.equal(shown(receiver.push(list[150]!, 0)), 'gap143 150')
  })

  it('keeps a good packet whose recovery part is bad, and uses none of that part', () => {
    const receiver = new UdptlReceiver({ holdMs: 100 })
    assert.equal(shown(receiver.push(datagrams(1, NONE)[0]!, 0)), '0')
    const bad = datagrams(4, { kind: 'redundancy', depth: 3 })[3]!.slice(0, -1)
    assert.equal(shown(receiver.push(bad, 0)), '')
    assert.equal(shown(receiver.advance(100)), 'gap2 3')
    assert.deepEqual({ ...receiver.counts }, { ...zeroCounts(), received: 2, lost: 2, malformedRecovery: 1 })
  })

  it('counts a datagram without a readable packet, and goes on', () => {
    const list = datagrams(3, NONE)
    const receiver = new UdptlReceiver()
    assert.equal(
      receive([list[0]!, unhex('00'), unhex('00 01 7f 00'), list[1]!, unhex(''), list[2]!], receiver),
      '0 1 2',
    )
    assert.equal(receiver.counts.malformed, 3)
  })

  it('lets an empty packet take its number and nothing else', () => {
    const list = datagrams(3, NONE)
    assert.equal(receive([list[0]!, unhex('00 01 00 00 00'), list[2]!]), '0 2')
  })

  it('begins with whatever number the peer begins with, and the redundancy in its first datagram', () => {
    const list = datagrams(40, { kind: 'redundancy', depth: 3 })
    assert.equal(receive(list.slice(1)), numbers(0, 39))
    assert.equal(receive(list.slice(30)), numbers(27, 39))
    assert.equal(receive(datagrams(3, NONE).slice(1)), '1 2')
  })

  it('is not led astray by leftover RTP on its port, before the first datagram or among them', () => {
    // PCMU in RTP whose number makes it look like a datagram with a readable packet in it.
    const rtp = (i: number) => Uint8Array.from({ length: 172 }, (_, at) => [0x80, 0x00, 0x10, i][at] ?? 0xff)
    const list = datagrams(6, NONE)
    const receiver = new UdptlReceiver()
    const mixed = [
      rtp(1),
      rtp(2),
      rtp(3),
      list[0]!,
      list[1]!,
      rtp(4),
      rtp(5),
      list[2]!,
      list[3]!,
      list[4]!,
      list[5]!,
    ]
    assert.equal(receive(mixed, receiver), numbers(0, 5))
    assert.equal(receiver.counts.restarts, 0)
  })

  it('follows a peer whose numbering starts over far away', () => {
    const sender = new UdptlSender({ errorCorrection: NONE, datagramOctetsMax: ROOMY })
    const far = Array.from({ length: 2005 }, (_, i) => sender.pack(ifp(i)))
    const receiver = new UdptlReceiver()
    const list = [...far.slice(0, 3), far[7]!, ...far.slice(2000)]
    assert.equal(receive(list, receiver), '0 1 2 gap4 7 gap1 2000 2001 2002 2003 2004')
    assert.equal(receiver.counts.restarts, 1)
    assert.equal(receive([...far.slice(1000, 1003), ...far.slice(0, 4)]), '1000 1001 1002 gap1 0 1 2 3')
    // One datagram alone is a stray, as long as the stream goes on.
    assert.equal(receive([far[0]!, far[2000]!, far[1]!, far[1000]!, far[2]!]), '0 1 2')
    // Sent three times with one number, as indicators are, it is believed.
    assert.equal(receive([far[1000]!, far[0]!, far[0]!, far[0]!, far[1]!]), '1000 gap1 0 1')
  })

  it('follows a peer whose numbering starts over nearby, once a second of it has come', () => {
    const list = datagrams(150, NONE)
    const again = list.slice(0, 40)
    assert.equal(receive([...list.slice(0, 100), ...again]), `${numbers(0, 99)} gap1 ${numbers(0, 39)}`)
    // The same packets a second time, among current ones, are only late copies.
    const twice = list.flatMap((datagram, i) => (i < 20 ? [datagram] : [list[i - 20]!, datagram]))
    assert.equal(receive(twice), numbers(0, 149))
  })

  it('loses nothing to any burst of up to the depth of redundancy', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), bursts(), (depth, plan) => {
        const list = datagrams(120, { kind: 'redundancy', depth })
        assert.equal(receive(burstLoss(list, plan, depth)), numbers(0, 119))
      }),
      { numRuns: 200 },
    )
  })

  it('hands over every packet at most once and in order, and accounts for the rest, on any network', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            lost: fc.boolean(),
            copies: fc.integer({ min: 1, max: 3 }),
            delayMs: fc.integer({ min: 0, max: 300 }),
          }),
          { minLength: 2, maxLength: 120 },
        ),
        fc.constantFrom<ErrorCorrection>(
          NONE,
          { kind: 'redundancy', depth: 2 },
          { kind: 'fec', span: 3, entries: 2 },
        ),
        (fates, correction) => {
          const list = datagrams(fates.length, correction)
          const arrivals = fates
            .flatMap(({ lost, copies, delayMs }, i) =>
              lost
                ? []
                : Array.from({ length: copies }, (_, copy) => ({ i, atMs: i * 30 + delayMs * (copy + 1) })),
            )
            .sort((a, b) => a.atMs - b.atMs)
          const receiver = new UdptlReceiver()
          const all: UdptlReceived[] = []
          for (const { i, atMs } of arrivals) {
            all.push(...receiver.advance(atMs), ...receiver.push(list[i]!, atMs))
            assert.ok(receiver.wakeMs > atMs)
          }
          all.push(...receiver.advance(1e9))
          shown(all)
          assertAccounted(all, receiver)
        },
      ),
      { numRuns: 300 },
    )
  })

  it('gets one lost packet of each parity back from FEC, bursts included when parities are interleaved', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 6 }),
        fc.nat(30),
        (span, entries, from) => {
          const list = datagrams(120, { kind: 'fec', span, entries })
          // Only once the parities are wound up, and again when all they cover has come.
          const start = span * entries + 1 + from
          const lost = Array.from({ length: entries }, (_, i) => start + i)
          const receiver = new UdptlReceiver()
          assert.equal(receive(without(list, ...lost), receiver), numbers(0, 119))
          assert.equal(receiver.counts.recovered, entries)
        },
      ),
      { numRuns: 200 },
    )
  })

  it('gets a packet back from FEC through another that FEC restored', () => {
    // Of 9, 10 and 11, datagram 12 restores 10. Datagram 18 restores 11 from 13, 15 and 17; with it, an earlier
    // parity of 5, 7, 9 and 11 restores 9.
    const list = datagrams(20, { kind: 'fec', span: 4, entries: 2 })
    const receiver = new UdptlReceiver({ holdMs: 400 })
    assert.equal(receive(without(list, 9, 10, 11), receiver), numbers(0, 19))
    assert.equal(receiver.counts.recovered, 3)
  })

  it('takes both forms of recovery mixed, whatever was negotiated', () => {
    const redundant = datagrams(40, { kind: 'redundancy', depth: 2 })
    const fec = datagrams(40, { kind: 'fec', span: 2, entries: 2 })
    const list = redundant.map((datagram, i) => (i % 2 === 0 ? datagram : fec[i]!))
    assert.equal(receive(without(list, 9, 20, 21, 30)), numbers(0, 39))
  })
})

function zeroCounts() {
  return {
    received: 0,
    recovered: 0,
    lost: 0,
    duplicate: 0,
    late: 0,
    malformed: 0,
    malformedRecovery: 0,
    restarts: 0,
  }
}

function bursts() {
  return fc.array(fc.record({ sent: fc.integer({ min: 1, max: 10 }), lost: fc.nat(6) }), {
    minLength: 10,
    maxLength: 60,
  })
}

/** All but the bursts; the last is never lost, since nothing comes behind it that could restore it. */
function burstLoss(
  list: readonly Uint8Array[],
  plan: readonly { sent: number; lost: number }[],
  lostMax: number,
): Uint8Array[] {
  const lost: number[] = []
  let at = 0
  for (const burst of plan) {
    at += burst.sent
    for (let i = Math.min(burst.lost, lostMax); i > 0; i--) lost.push(at++)
  }
  return without(list, ...lost.filter((i) => i < list.length - 1))
}

function assertAccounted(all: readonly UdptlReceived[], receiver: UdptlReceiver): void {
  let expected: number | undefined
  let missing = 0
  for (const one of all) {
    if (one.kind === 'gap') {
      missing += one.missing
      expected = expected === undefined ? undefined : expected + one.missing
      continue
    }
    if (expected !== undefined) assert.equal(one.sequence, expected)
    expected = one.sequence + 1
  }
  assert.equal(receiver.counts.lost, missing)
  assert.equal(receiver.counts.restarts, 0)
}
