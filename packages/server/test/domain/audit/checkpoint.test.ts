import assert from 'node:assert/strict'
import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import { test } from 'node:test'
import {
  checkpointText,
  logName,
  openCheckpoint,
  publicKeyPem,
  signedNote,
} from '../../../src/domain/audit/checkpoint.ts'

function makeKey() {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  return { privateKey, raw: Buffer.from(publicKey.export({ format: 'jwk' }).x!, 'base64url') }
}
const key = makeKey()
const root = Buffer.alloc(32, 7)

function noteOf(signer: ReturnType<typeof makeKey>, origin = logName(key.raw)): string {
  const text = checkpointText({ origin, size: 42, root, at: new Date('2026-03-10T12:00:00Z') })
  return signedNote(text, logName(signer.raw), signer.raw, sign(null, Buffer.from(text), signer.privateKey))
}

test('a checkpoint that this key signed says how many leaves and which root', () => {
  assert.deepEqual(openCheckpoint(noteOf(key), key.raw), { size: 42, root })
})

test('one that was changed, that another key signed, or that is of another log opens to nothing', () => {
  const note = noteOf(key)
  for (const wrong of [
    '',
    note.replace('\n42\n', '\n43\n'),
    note.replace(root.toString('base64'), Buffer.alloc(32).toString('base64')),
    note.replace('2026-03-10', '2026-03-11'),
    note.split('\n\n')[0]!,
    noteOf(makeKey()),
    noteOf(key, 'answerback.audit/other'),
  ])
    assert.equal(openCheckpoint(wrong, key.raw), undefined)
})

test('the key that other programs take is the same key', () => {
  const exported = createPublicKey(publicKeyPem(key.raw)).export({ format: 'jwk' })
  assert.equal(exported.x, key.raw.toString('base64url'))
})
