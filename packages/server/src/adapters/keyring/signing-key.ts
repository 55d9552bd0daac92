import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto'
import type { KeyProvider } from '../../ports/keyring.ts'
import { KEY_BYTES } from './aead.ts'

/** What stands before the 32 bytes of an Ed25519 seed in PKCS #8 (RFC 8410 §7): OpenSSL takes keys in that form only. */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex')

/** @returns the public key, 32 bytes, and the wrapped seed */
export async function createSigningKey(
  provider: KeyProvider,
  purpose: string,
): Promise<{ publicKey: Buffer; wrapped: Buffer }> {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const seed = privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(-KEY_BYTES)
  const wrapped = await provider.wrap(seed, signingContext(purpose))
  return { publicKey: publicKey.export({ format: 'der', type: 'spki' }).subarray(-KEY_BYTES), wrapped }
}

/** Signatures are minutes apart, so the key is unwrapped for each and not kept. */
export async function signWith(
  provider: KeyProvider,
  purpose: string,
  wrapped: Uint8Array,
  message: Uint8Array,
): Promise<Buffer> {
  const seed = await provider.unwrap(wrapped, signingContext(purpose))
  const der = Buffer.concat([PKCS8_HEAD, seed])
  return sign(null, message, createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }))
}

function signingContext(purpose: string): string {
  return `signing-key ${purpose}`
}

export async function rewrapSigningKey(
  provider: KeyProvider,
  purpose: string,
  wrapped: Uint8Array,
): Promise<Buffer> {
  return provider.wrap(await provider.unwrap(wrapped, signingContext(purpose)), signingContext(purpose))
}
