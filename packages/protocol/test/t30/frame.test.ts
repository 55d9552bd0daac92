import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ParseError } from '@answerback/protocol/parse-error'
import fc from 'fast-check'
import { CONTROL_FIELD_NAMES, controlFieldOf, octetOf } from '../../src/t30/facsimile-control-field.ts'
import { buildFrame, parseFrame } from '../../src/t30/frame.ts'
import { fromBook } from './wire.ts'

/** T.30 §5.3.6.1 prints them with X for the first bit of most. */
const PRINTED: Readonly<Record<string, string>> = {
  DIS: '00000001',
  CSI: '00000010',
  NSF: '00000100',
  DTC: '10000001',
  CIG: '10000010',
  NSC: '10000100',
  PWD: '10000011',
  SEP: '10000101',
  DCS: 'X1000001',
  TSI: 'X1000010',
  NSS: 'X1000100',
  SUB: 'X1000011',
  SID: 'X1000101',
  CTC: 'X1001000',
  CFR: 'X0100001',
  FTT: 'X0100010',
  CTR: 'X0100011',
  EOM: 'X1110001',
  MPS: 'X1110010',
  EOP: 'X1110100',
  'PRI-EOM': 'X1111001',
  'PRI-MPS': 'X1111010',
  'PRI-EOP': 'X1111100',
  PPS: 'X1111101',
  EOR: 'X1110011',
  RR: 'X1110110',
  MCF: 'X0110001',
  RTP: 'X0110011',
  RTN: 'X0110010',
  PIP: 'X0110101',
  PIN: 'X0110100',
  RNR: 'X0110111',
  ERR: 'X0111000',
  PPR: 'X0111101',
  DCN: 'X1011111',
  CRP: 'X1011000',
  FCD: 'X1100000',
  RCP: 'X1100001',
}

describe('A facsimile control field', () => {
  it('is the octet that T.30 prints, with X for who has received a DIS', () => {
    for (const [name, printed] of Object.entries(PRINTED)) {
      const field = name as (typeof CONTROL_FIELD_NAMES)[number]
      for (const hasReceivedDis of [false, true]) {
        const octet = Number.parseInt(printed.replace('X', hasReceivedDis ? '1' : '0'), 2)
        assert.equal(octetOf(field, hasReceivedDis), octet, name)
        assert.equal(controlFieldOf(octet), name)
      }
    }
  })

  it('has one meaning', () => {
    const octets = CONTROL_FIELD_NAMES.map((field) => octetOf(field, false))
    assert.equal(new Set(octets).size, CONTROL_FIELD_NAMES.length)
  })
})

describe('A T.30 frame', () => {
  it('is read back as it was built', () => {
    const frame = fc.record({
      field: fc.constantFrom(...CONTROL_FIELD_NAMES),
      information: fc.uint8Array({ maxLength: 300 }),
      isFinal: fc.boolean(),
      hasReceivedDis: fc.boolean(),
    })
    fc.assert(
      fc.property(frame, (built) => {
        const { field, isFinal, information } = parseFrame(buildFrame(built))
        assert.deepEqual({ field, isFinal }, { field: built.field, isFinal: built.isFinal })
        assert.deepEqual(information, built.information)
      }),
    )
  })

  it('has the octets that spandsp prints for a final DIS', () => {
    const information = fromBook('04 ee fa c4')
    const frame = buildFrame({ field: 'DIS', information, isFinal: true, hasReceivedDis: false })
    assert.deepEqual(frame, fromBook('ff 13 80 04 ee fa c4'))
  })

  it('with a field no edition names is a frame still, so that it can be ignored', () => {
    assert.equal(parseFrame(Uint8Array.of(0xff, 0xc8, 0x6e)).field, undefined)
  })

  it('is not what is too short, too long, or has another address or control field', () => {
    const bad: [Uint8Array, string][] = [
      [Uint8Array.of(), 'frame'],
      [Uint8Array.of(0xff, 0xc8), 'frame'],
      [new Uint8Array(1025).fill(0xff), 'frame'],
      [Uint8Array.of(0xfe, 0xc8, 0x31), 'frame.address'],
      [Uint8Array.of(0xff, 0xc9, 0x31), 'frame.control'],
    ]
    for (const [octets, field] of bad) {
      assert.throws(
        () => parseFrame(octets),
        (error) => error instanceof ParseError && error.field === field,
      )
    }
  })
})
