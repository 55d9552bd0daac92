import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ParseError } from '@answerback/protocol/parse-error'
import { encodeRtp, parseRtp } from '@answerback/protocol/tones/rtp'
import fc from 'fast-check'
import { hex, unhex } from '../t38/hex.ts'

const HEADER = '80 80 12 34 00 00 00 a0 de ad be ef'
const packet = {
  payloadType: 0,
  marker: true,
  sequence: 0x1234,
  timestamp: 160,
  ssrc: 0xdeadbeef,
  payload: unhex('ff 7f'),
}

describe('An RTP packet', () => {
  it('has the octets that RFC 3550 gives it', () => {
    assert.equal(hex(encodeRtp(packet)), `${HEADER} ff 7f`)
    assert.deepEqual(parseRtp(unhex(`${HEADER} ff 7f`)), packet)
  })

  it('is read past its sources, its extension and its padding', () => {
    const sources = '00 00 00 01 00 00 00 02'
    const extension = 'be de 00 01 aa bb cc dd'
    assert.deepEqual(parseRtp(unhex(`b2${HEADER.slice(2)} ${sources} ${extension} ff 7f 00 00 03`)), packet)
    assert.equal(parseRtp(unhex(`a0${HEADER.slice(2)} 00 02`)).payload.length, 0)
  })

  it('is read back as it was written', () => {
    const packets = fc.record(
      {
        payloadType: fc.nat(127),
        marker: fc.boolean(),
        sequence: fc.nat(0xffff),
        timestamp: fc.nat(0xffffffff),
        ssrc: fc.nat(0xffffffff),
        payload: fc.uint8Array({ maxLength: 320 }),
      },
      { noNullPrototype: true },
    )
    fc.assert(fc.property(packets, (one) => assert.deepEqual(parseRtp(encodeRtp(one)), one)))
  })

  it('that breaks the rules is an error naming the place', () => {
    const rest = HEADER.slice(2)
    for (const [wire, field] of [
      ['80 80 12', 'rtp.header'],
      [`40${rest}`, 'rtp.version'],
      [`8f${rest} 00 00 00 01`, 'rtp.csrc'],
      [`90${rest} be de`, 'rtp.extension'],
      [`90${rest} be de ff ff 00`, 'rtp.extension'],
      [`a0${rest}`, 'rtp.padding'],
      [`a0${rest} 00`, 'rtp.padding'],
      [`a0${rest} ff 03`, 'rtp.padding'],
    ] as const) {
      assert.throws(
        () => parseRtp(unhex(wire)),
        (error) => error instanceof ParseError && error.field === field,
        wire,
      )
    }
  })
})
