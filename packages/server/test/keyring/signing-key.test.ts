import assert from 'node:assert/strict'
import { createPublicKey, verify } from 'node:crypto'
import { test } from 'node:test'
import { memoryKeyring } from '../support/keyring.ts'

const SPKI_HEAD = Buffer.from('302a300506032b6570032100', 'hex')
const message = Buffer.from('what is signed')

function holds(publicKey: Buffer, signature: Buffer, signed = message): boolean {
  const key = createPublicKey({ key: Buffer.concat([SPKI_HEAD, publicKey]), format: 'der', type: 'spki' })
  return verify(null, signed, key, signature)
}

test('what a wrapped key signs is checked with its public half, also after a restart', async () => {
  const { publicKey, wrapped } = await memoryKeyring().createSigningKey('audit-log')
  assert.equal(publicKey.length, 32)
  const signature = await memoryKeyring().sign('audit-log', wrapped, message)
  assert.ok(holds(publicKey, signature))
  assert.ok(!holds(publicKey, signature, Buffer.from('something else')))
})

test('every key is another, and opens for its own purpose only', async () => {
  const keyring = memoryKeyring()
  const [first, second] = [
    await keyring.createSigningKey('audit-log'),
    await keyring.createSigningKey('audit-log'),
  ]
  assert.notDeepEqual(first.publicKey, second.publicKey)
  await assert.rejects(keyring.sign('other', first.wrapped, message), { code: 'tampered' })
  const changed = Buffer.from(first.wrapped)
  changed[changed.length - 1]! ^= 1
  await assert.rejects(keyring.sign('audit-log', changed, message), { code: 'tampered' })
})

test('the private half does not stand in what is stored', async () => {
  const { wrapped } = await memoryKeyring().createSigningKey('audit-log')
  // Version, nonce, 32 bytes, tag: nothing but ciphertext.
  assert.equal(wrapped.length, 1 + 12 + 32 + 16)
})
