import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { closingBits, frameCheckSequence, StuffedBits } from '../../src/t38/hdlc-bits.ts'
import { unhex } from './hex.ts'

/** What the table-driven code must agree with: bit by bit, as the standard says it. */
function bitsOf(octets: Uint8Array): string {
  return Array.from(octets, (octet) => octet.toString(2).padStart(8, '0')).join('')
}

function stuffedLength(bits: string): number {
  return bits.replace(/11111/g, '111110').length
}

describe('The FCS', () => {
  it('of the nine digits has the published check values', () => {
    const digits = new TextEncoder().encode('123456789')
    // Most significant bit first: CRC-16/GENIBUS. Each octet turned round: CRC-16/X-25, 0x906e, turned round too.
    assert.equal(frameCheckSequence(digits), 0xd64e)
    assert.equal(frameCheckSequence(digits.map(reversed)), 0x7609)
  })

  it('sent behind its frame leaves the receiver’s remainder of HDLC', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 3, maxLength: 40 }), (frame) => {
        const fcs = frameCheckSequence(frame)
        const received = Uint8Array.of(...frame, fcs >> 8, fcs & 0xff)
        // ISO/IEC 13239: 0001 1101 0000 1111, before the final complement.
        assert.equal(frameCheckSequence(received) ^ 0xffff, 0x1d0f)
      }),
    )
  })
})

describe('Zero stuffing', () => {
  it('puts a zero behind each five ones, across octets', () => {
    const count = (text: string) => new StuffedBits().add(unhex(text))
    assert.equal(count('00 00'), 16)
    assert.equal(count('f8'), 9)
    assert.equal(count('ff'), 9)
    assert.equal(count('ff ff'), 19)
    assert.equal(count('07 c0'), 17)
    assert.equal(count('7c 7c'), 18)
  })

  it('is the same however the octets are cut', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(60), (octets, at) => {
        const bits = new StuffedBits()
        const sum = bits.add(octets.subarray(0, at)) + bits.add(octets.subarray(at))
        assert.equal(sum, stuffedLength(bitsOf(octets)))
      }),
    )
  })

  it('goes on through the FCS; the flag behind it is not stuffed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 3, maxLength: 60 }), (frame) => {
        const bits = new StuffedBits()
        const sum = bits.add(frame) + closingBits(frame, bits)
        const fcs = frameCheckSequence(frame)
        assert.equal(sum, stuffedLength(bitsOf(Uint8Array.of(...frame, fcs >> 8, fcs & 0xff))) + 8)
      }),
    )
  })
})

function reversed(octet: number): number {
  return Number.parseInt([...octet.toString(2).padStart(8, '0')].reverse().join(''), 2)
}
