import { createHmac, type KeyObject, randomBytes } from 'node:crypto'
import type { AccountKeys, DocumentKey, FieldPlace } from '../../ports/keyring.ts'
import { randomNonce } from '../entropy/random-pool.ts'
import { contextOf, decrypt, deriveKey, encrypt, KEY_BYTES, NONCE_BYTES, tampered } from './aead.ts'
import { documentKey } from './document-key.ts'

/** Leads every sealed value, so that the form can change. */
const VERSION = 1
const NO_SALT = Buffer.alloc(0)

/**
 * Everything under one account's key. Each use has a key derived for it.
 * Nonces are random: NIST SP 800-38D §8.3 allows 2^32 of them under one key, which is four thousand million sealed fields.
 * @param accountKey 32 bytes
 */
export function accountKeys(accountId: string, accountKey: Uint8Array): AccountKeys {
  const subkey = (purpose: string) => deriveKey(accountKey, NO_SALT, contextOf('account', accountId, purpose))
  const fieldKey = subkey('field')
  const hashKey = subkey('hash')
  const wrapKey = subkey('document-key')

  const open = (place: FieldPlace, sealed: Uint8Array) =>
    unseal(fieldKey, fieldContext(accountId, place), sealed)
  return {
    seal: (place, plaintext) => seal(fieldKey, fieldContext(accountId, place), Buffer.from(plaintext)),
    open,
    openText: (place, sealed) => open(place, sealed).toString('utf8'),
    hash: (purpose, value) => keyedHash(hashKey, purpose, value),
    createDocumentKey: (documentId) =>
      seal(wrapKey, documentContext(accountId, documentId), randomBytes(KEY_BYTES)),
    document: (documentId, wrapped): DocumentKey => {
      const dataKey = unseal(wrapKey, documentContext(accountId, documentId), wrapped)
      return documentKey(dataKey, { accountId, documentId })
    },
  }
}

/** HMAC-SHA-256 over purpose and value. */
export function keyedHash(key: KeyObject, purpose: string, value: string): Buffer {
  return createHmac('sha256', key).update(contextOf(purpose, value)).digest()
}

/** `version (1) | nonce (12) | ciphertext | tag (16)` */
export function seal(key: KeyObject, context: Uint8Array, plaintext: Uint8Array): Buffer {
  const nonce = randomNonce(NONCE_BYTES)
  return Buffer.concat([Buffer.of(VERSION), nonce, encrypt(key, nonce, context, plaintext)])
}

/** @throws KeyError `tampered` */
export function unseal(key: KeyObject, context: Uint8Array, sealed: Uint8Array): Buffer {
  if (sealed[0] !== VERSION) throw tampered()
  return decrypt(key, sealed.subarray(1, 1 + NONCE_BYTES), context, sealed.subarray(1 + NONCE_BYTES))
}

function fieldContext(accountId: string, place: FieldPlace): Buffer {
  return contextOf('field', accountId, place.table, place.column, place.row)
}

function documentContext(accountId: string, documentId: string): Buffer {
  return contextOf('document-key', accountId, documentId)
}
