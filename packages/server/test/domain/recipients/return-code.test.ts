import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatReturnCode, isProofOf, readReturnCode } from '../../../src/domain/recipients/return-code.ts'

const ID = 'fax_0123456789abcdefghjkmnpqrs'

test('a return code leads back to its fax, and only with its proof', () => {
  const mac = Buffer.from('zebra proof')
  const code = formatReturnCode(ID, mac)
  assert.match(code, /^[0-9A-Z-]{40}$/)
  const read = readReturnCode(` ${code.toLowerCase()}\n`)
  assert.equal(read?.faxId, ID)
  assert.ok(isProofOf(mac, read!.proof))
  assert.ok(!isProofOf(Buffer.from('other proof'), read!.proof))
})

test('every proof is eight characters that a QR code holds densely', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 5, maxLength: 32 }), (mac) => {
      const read = readReturnCode(formatReturnCode(ID, mac))
      assert.ok(read && isProofOf(mac, read.proof))
    }),
  )
})

test('any other text is no return code', () => {
  fc.assert(fc.property(fc.string(), (text) => assert.equal(readReturnCode(text), undefined)))
  assert.equal(readReturnCode('ABR1-0123456789ABCDEFGHJKMNPQR-AAAAAAAA'), undefined)
})
