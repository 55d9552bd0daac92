import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { ParseError } from '@answerback/protocol/parse-error'
import { decodeIfp, type Ifp, type T38Version } from '@answerback/protocol/t38/ifp'
import {
  type ErrorCorrection,
  parseUdptl,
  type UdptlReceived,
  UdptlReceiver,
  UdptlSender,
} from '@answerback/protocol/t38/udptl'
import { hex, unhex } from './hex.ts'

interface Case {
  readonly id: string
  readonly sentence: string
}

type IfpReading =
  | { readonly kind: 'indicator'; readonly indicator: string }
  | {
      readonly kind: 'data'
      readonly dataType: string
      readonly fields: readonly (readonly [string, string])[]
    }

interface IfpCase extends Case {
  readonly version: T38Version
  readonly octets: string
  readonly reads?: IfpReading
  /** The field of the `ParseError`. */
  readonly error?: string
}

interface ReceiveCase extends Case {
  readonly holdMs?: number
  /** Without a datagram, time passes. `hands`: `3: 06` for packet 3, or `gap 2`. */
  readonly steps: readonly {
    readonly atMs: number
    readonly datagram?: string
    readonly hands: readonly string[]
  }[]
  /** Those not named are 0. */
  readonly counts: Readonly<Record<string, number>>
}

/** Either whole packets and datagrams, or the packets' sizes and how many each datagram repeats. */
interface SendCase extends Case {
  readonly errorCorrection: ErrorCorrection
  readonly datagramOctetsMax: number
  readonly ifps?: readonly string[]
  readonly datagrams?: readonly string[]
  readonly sizes?: readonly number[]
  readonly depths?: readonly number[]
}

function cases<C extends Case>(name: string): readonly C[] {
  return JSON.parse(
    readFileSync(new URL(`../../../../conformance/t38/${name}.json`, import.meta.url), 'utf8'),
  )
}

const ifpCases = cases<IfpCase>('ifp')
const receiveCases = cases<ReceiveCase>('udptl-receive')
const sendCases = cases<SendCase>('udptl-send')

describe('T.38 conformance', () => {
  for (const { id, sentence, version, octets, reads, error } of ifpCases) {
    it(`${id}: ${sentence}`, () => {
      if (reads !== undefined) assert.deepEqual(reading(decodeIfp(unhex(octets), version)), reads)
      else
        assert.throws(
          () => decodeIfp(unhex(octets), version),
          (thrown) => thrown instanceof ParseError && thrown.field === error,
        )
    })
  }

  for (const { id, sentence, holdMs, steps, counts } of receiveCases) {
    it(`${id}: ${sentence}`, () => {
      const receiver = new UdptlReceiver({ holdMs })
      for (const { atMs, datagram, hands } of steps) {
        const received =
          datagram === undefined ? receiver.advance(atMs) : receiver.push(unhex(datagram), atMs)
        assert.deepEqual(received.map(shown), hands, `at ${atMs}`)
      }
      const counted = Object.entries(receiver.counts).filter(([, count]) => count > 0)
      assert.deepEqual(Object.fromEntries(counted), counts)
    })
  }

  for (const { id, sentence, errorCorrection, datagramOctetsMax, ...rest } of sendCases) {
    it(`${id}: ${sentence}`, () => {
      const sender = new UdptlSender({ errorCorrection, datagramOctetsMax })
      for (const [i, ifp] of (rest.ifps ?? []).entries()) {
        assert.equal(hex(sender.pack(unhex(ifp))), rest.datagrams?.[i])
      }
      for (const [i, size] of (rest.sizes ?? []).entries()) {
        const { primary, recovery } = parseUdptl(sender.pack(new Uint8Array(size).fill(i)))
        assert.equal(primary.length, size)
        assert.ok(recovery.kind === 'redundancy')
        assert.deepEqual(
          recovery.packets.map((packet) => packet[0]),
          Array.from({ length: rest.depths![i]! }, (_, back) => i - 1 - back),
        )
      }
    })
  }

  it('names every case once, and none is without a claim', () => {
    const all: readonly Case[] = [...ifpCases, ...receiveCases, ...sendCases]
    assert.equal(new Set(all.map(({ id }) => id)).size, all.length)
    assert.ok(ifpCases.every(({ reads, error }) => (reads === undefined) !== (error === undefined)))
    assert.ok(sendCases.every(({ ifps, sizes }) => (ifps ?? sizes ?? []).length > 0))
  })
})

function reading(packet: Ifp): IfpReading {
  if (packet.kind === 'indicator') return { kind: 'indicator', indicator: packet.indicator }
  return { ...packet, fields: packet.fields.map(({ type, octets }) => [type, hex(octets)] as const) }
}

function shown(received: UdptlReceived): string {
  return received.kind === 'gap' ? `gap ${received.missing}` : `${received.sequence}: ${hex(received.octets)}`
}
