import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { encodeIfp, type Ifp, type T38Version } from '@answerback/protocol/t38/ifp'
import { type ErrorCorrection, UdptlSender } from '@answerback/protocol/t38/udptl'
import { DATA_TYPES, type DataField, FIELD_TYPES, INDICATORS } from '../../src/t38/ifp-types.ts'
import { unhex } from './hex.ts'
import { pcapOf } from './pcap.ts'

const needsTshark = spawnSync('tshark', ['--version']).error ? 'needs tshark' : false
const PORT = 16_384

/** Per datagram: what the strict PER decoder of tshark sees in it. */
interface Dissected {
  readonly sequence: string
  readonly indicators: string
  readonly dataTypes: string
  readonly fieldTypes: string
  readonly fieldData: string
  readonly fecSpan: string
  readonly fecData: string
  readonly malformed: string
}

const FIELDS = [
  't38.seq_number',
  't38.t30_indicator',
  't38.t30_data',
  't38.field_type',
  't38.field_data',
  't38.fec_npackets',
  't38.fec_data_item',
  '_ws.malformed',
]

function dissect(datagrams: readonly Uint8Array[], version: T38Version): Dissected[] {
  const folder = mkdtempSync(join(tmpdir(), 'answerback-t38-'))
  try {
    const file = join(folder, 'datagrams.pcap')
    writeFileSync(file, pcapOf(datagrams, PORT))
    const corrigendum = `t38.use_pre_corrigendum_asn1_specification:${version === 0 ? 'TRUE' : 'FALSE'}`
    const options = [
      '-n',
      '-r',
      file,
      '-d',
      `udp.port==${PORT},t38`,
      '-o',
      corrigendum,
      '-o',
      't38.reassembly:FALSE',
    ]
    const output = ['-T', 'fields', ...FIELDS.flatMap((field) => ['-e', field])]
    const text = execFileSync('tshark', [...options, ...output], {
      encoding: 'utf8',
      maxBuffer: 1 << 26,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    return text

      .split('\n')
      .slice(0, -1)
      .map((line) => {
        const [sequence, indicators, dataTypes, fieldTypes, fieldData, fecSpan, fecData, malformed] =
          line.split('\t') as [string, string, string, string, string, string, string, string]
        return {
          sequence,
          indicators,
          dataTypes,
          fieldTypes,
          fieldData,
          fecSpan,
          fecData,
          malformed,
        }
      })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Every indicator; every data type with every field type, empty and not, alone and with others around it. */
function everyPacket(version: T38Version): Ifp[] {
  const isOld = version < 2
  const indicators: Ifp[] = INDICATORS.slice(0, isOld ? 16 : 23).map((indicator) => ({
    kind: 'indicator',
    indicator,
  }))
  const octets = (length: number) => Uint8Array.from({ length }, (_, i) => (length + i) & 0xff)
  const some = { type: 'hdlc_data', octets: octets(3) } as const
  const none = { type: 'hdlc_fcs_ok', octets: octets(0) } as const
  const data = DATA_TYPES.slice(0, isOld ? 9 : 15).flatMap((dataType) =>
    FIELD_TYPES.slice(0, isOld ? 8 : 12).flatMap((type) =>
      [0, 1, 37, 130].flatMap((length): Ifp[] => {
        const field = { type, octets: octets(length) }
        return [
          { kind: 'data', dataType, fields: [field] },
          { kind: 'data', dataType, fields: [some, field, none] },
          { kind: 'data', dataType, fields: [none, field, none, none, some] },
        ]
      }),
    ),
  )
  return [...indicators, ...data]
}

/** What tshark should print for packets in one datagram, the primary first. */
function expected(packets: readonly Ifp[]): Omit<Dissected, 'sequence' | 'fecSpan' | 'fecData'> {
  const data = packets.flatMap((packet) => (packet.kind === 'data' ? [packet] : []))
  const fields = data.flatMap((packet) => packet.fields)
  return {
    indicators: packets
      .flatMap((packet) =>
        packet.kind === 'indicator' ? [INDICATORS.indexOf(packet.indicator as 'cng')] : [],
      )
      .join(','),
    dataTypes: data.map((packet) => DATA_TYPES.indexOf(packet.dataType)).join(','),
    fieldTypes: fields.map((field) => FIELD_TYPES.indexOf(field.type)).join(','),
    fieldData: fields
      .filter((field) => field.octets.length > 0)
      .map((field) => Buffer.from(field.octets).toString('hex'))
      .join(','),
    malformed: '',
  }
}

describe('Our datagrams, read by tshark', { skip: needsTshark }, () => {
  for (const version of [0, 1, 2, 3] as const) {
    it(`hold every packet of version ${version}, as redundancy of depth 3`, () => {
      const packets = everyPacket(version)
      const sent = [...between(packets)]
      const datagrams = pack(sent, version, { kind: 'redundancy', depth: 3 })
      const seen = dissect(readable(datagrams, sent), version)
      assert.equal(seen.length, packets.length)
      seen.forEach(({ sequence, fecSpan, fecData, ...rest }, k) => {
        const i = 2 * k + 1
        const carried = Array.from({ length: Math.min(3, i) + 1 }, (_, back) => sent[i - back]!)
        assert.equal(sequence, String(i))
        assert.deepEqual({ ...rest, fecSpan, fecData }, { ...expected(carried), fecSpan: '', fecData: '' })
      })
    })
  }

  for (const version of [0, 1, 2, 3] as const) {
    it(`hold the V.21 frames of a call in version ${version}, without recovery`, () => {
      const stream = callStream()
      const seen = dissect(pack(stream, version, { kind: 'none' }), version)
      assert.equal(seen.length, stream.length)
      seen.forEach(({ sequence, fecSpan, fecData, ...rest }, i) => {
        assert.deepEqual({ sequence, ...rest }, { sequence: String(i), ...expected([stream[i]!]) })
      })
    })
  }

  it('hold FEC of every span and count', () => {
    const sent = [
      ...between(everyPacket(3).filter((packet) => packet.kind === 'data' && packet.fields.length === 1)),
    ]
    const coded = sent.map((packet) => encodeIfp(packet, 3))
    for (const [span, entries] of [
      [1, 1],
      [3, 1],
      [1, 3],
      [3, 3],
      [8, 8],
    ] as const) {
      const seen = dissect(readable(pack(sent, 3, { kind: 'fec', span, entries }), sent), 3)
      assert.equal(seen.length, sent.length / 2)
      seen.forEach(({ sequence, fecSpan, fecData, ...rest }, k) => {
        const i = 2 * k + 1
        const count = Math.min(entries, Math.floor(i / span))
        assert.deepEqual([sequence, fecSpan], [String(i), String(span)])
        assert.equal(
          fecData,
          Array.from({ length: count }, (_, m) => parity(coded, i, span, count, m)).join(','),
        )
        assert.deepEqual(rest, expected([sent[i]!]))
      })
    }
  })

  it('are found malformed when they are, so that the above can fail', () => {
    const [sound] = pack([callStream()[2]!], 0, { kind: 'none' })
    const bad = sound!.slice()
    bad[6] = 200
    assert.notEqual(dissect([bad], 0)[0]!.malformed, '')
  })
})

/**
 * An indicator behind each packet. tshark joins the HDLC data of primary packets to T.30 frames and calls a datagram
 * malformed where that fails, as it must for fields in every order; it only dissects what is in the recovery part.
 */
function* between(packets: readonly Ifp[]): Generator<Ifp> {
  for (const packet of packets) yield* [packet, { kind: 'indicator', indicator: 'ced' } satisfies Ifp]
}

/** The datagrams whose primary packet is the indicator. */
function readable(datagrams: readonly Uint8Array[], sent: readonly Ifp[]): Uint8Array[] {
  return datagrams.filter((_, i) => i % 2 === 1 && sent[i]!.kind === 'indicator')
}

/** CSI and DIS, one field a packet and then several, as both are seen in the field. */
function callStream(): Ifp[] {
  const hdlc = (...fields: readonly (readonly [DataField['type'], string])[]): Ifp => ({
    kind: 'data',
    dataType: 'v21',
    fields: fields.map(([type, octets]) => ({ type, octets: unhex(octets) })),
  })
  return [
    { kind: 'indicator', indicator: 'ced' },
    { kind: 'indicator', indicator: 'v21_preamble' },
    hdlc(['hdlc_data', 'ff c0 40 04 04 04 04 04 04 04 04 04 04 04 04 04 04 04 04 04 04 04 04']),
    hdlc(['hdlc_fcs_ok', '']),
    hdlc(['hdlc_data', 'ff c8 01 00 77 5f']),
    hdlc(['hdlc_data', '23 01 01 01 01 00']),
    hdlc(['hdlc_fcs_ok_sig_end', '']),
    { kind: 'indicator', indicator: 'no_signal' },
    { kind: 'indicator', indicator: 'v21_preamble' },
    hdlc(['hdlc_data', 'ff c8 21'], ['hdlc_fcs_ok', '']),
    hdlc(['hdlc_sig_end', '']),
    { kind: 'indicator', indicator: 'no_signal' },
  ]
}

function pack(packets: readonly Ifp[], version: T38Version, errorCorrection: ErrorCorrection): Uint8Array[] {
  const sender = new UdptlSender({ errorCorrection, datagramOctetsMax: 20_000 })
  return packets.map((packet) => sender.pack(encodeIfp(packet, version)))
}

/** Parity `m`, worked out octet by octet from the rule rather than with the code under test. */
function parity(coded: readonly Uint8Array[], i: number, span: number, count: number, m: number): string {
  const members = coded.filter(
    (_, at) => at >= i - span * count && at < i && (at - (i - span * count)) % count === m,
  )
  const longest = Math.max(...members.map((member) => member.length))
  return Buffer.from(
    Array.from({ length: longest }, (_, at) => members.reduce((sum, member) => sum ^ (member[at] ?? 0), 0)),
  ).toString('hex')
}
