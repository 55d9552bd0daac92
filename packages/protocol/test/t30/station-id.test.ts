import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { decodeStationId, encodeStationId } from '../../src/t30/station-id.ts'
import { fromBook } from './wire.ts'

describe('A station identification', () => {
  it('leaves last character first, each least significant bit first, filled with spaces to twenty', () => {
    assert.deepEqual(encodeStationId('+1 20'), fromBook(`30 32 20 31 2b${' 20'.repeat(15)}`))
  })

  it('is read back without its fill', () => {
    const text = fc
      .array(fc.integer({ min: 0x20, max: 0x7e }), { maxLength: 20 })
      .map((codes) => String.fromCharCode(...codes).trim())
    fc.assert(fc.property(text, (id) => assert.equal(decodeStationId(encodeStationId(id)), id)))
  })

  it('longer than twenty characters is cut', () => {
    assert.equal(decodeStationId(encodeStationId('1234567890123456789012345')), '12345678901234567890')
  })

  it('from anyone is at most twenty printable characters', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (octets) => {
        assert.match(decodeStationId(octets), /^[\x20-\x7e]{0,20}$/)
      }),
    )
  })

  it('never carries what is not printable ASCII', () => {
    assert.equal(decodeStationId(encodeStationId('Zebra\u0000 Ünit')), 'Zebra   nit')
  })
})
