import { createHmac, type KeyObject, randomBytes } from 'node:crypto'
import type { AccountKeys, DocumentKey, FieldPlace } from '../../ports/keyring.ts'
import { randomNonce } from '../entropy/random-pool.ts'
import { contextOf, decrypt, deriveKey, encrypt, KEY_BYTES, NONCE_BYTES, tampered } from './aead.ts'
import { documentKey } from './document-key.ts'
import type { KeyBundle } from './key-bundle.ts'

/** Leads every sealed value, so that the form can change. */
const VERSION = 1
/** Leads what later versions of an account's key wrap; the key's version (2) follows. */
const VERSIONED = 2
const VERSIONED_HEAD_BYTES = 3
const NO_SALT = Buffer.alloc(0)

/**
 * Everything under one account's key. Each use has a key derived for it.
 * Nonces are random: NIST SP 800-38D §8.3 allows 2^32 of them under one key, which is four thousand million sealed fields.
 */
export function accountKeys(accountId: string, { base, current, later }: KeyBundle): AccountKeys {
  const subkey = (purpose: string, key: Uint8Array = base, salt: Uint8Array = NO_SALT) =>
    deriveKey(key, salt, contextOf('account', accountId, purpose))
  const fieldKey = subkey('field')
  const hashKey = subkey('hash')
  const wrapKeys = new Map([[1, subkey('document-key')]])
  for (const [version, key] of later) wrapKeys.set(version, subkey('document-key', key))

  const wrapKey = (version: number): KeyObject => {
    const key = wrapKeys.get(version)
    if (key === undefined) throw tampered()
    return key
  }
  const wrap = (documentId: string, dataKey: Uint8Array) => {
    const sealed = seal(wrapKey(current), documentContext(accountId, documentId), dataKey)
    return current === 1 ? sealed : Buffer.concat([versionHead(current), sealed])
  }
  const unwrap = (documentId: string, wrapped: Uint8Array) => {
    const { version, sealed } = readVersion(wrapped)
    return unseal(wrapKey(version), documentContext(accountId, documentId), sealed)
  }
  const open = (place: FieldPlace, sealed: Uint8Array) =>
    unseal(fieldKey, fieldContext(accountId, place), sealed)
  return {
    seal: (place, plaintext) => seal(fieldKey, fieldContext(accountId, place), Buffer.from(plaintext)),
    open,
    openText: (place, sealed) => open(place, sealed).toString('utf8'),
    sealUnder: (secret, place, plaintext) =>
      seal(subkey('under', base, secret), fieldContext(accountId, place), Buffer.from(plaintext)),
    openUnder: (secret, place, sealed) =>
      unseal(subkey('under', base, secret), fieldContext(accountId, place), sealed).toString('utf8'),
    hash: (purpose, value) => keyedHash(hashKey, purpose, value),
    createDocumentKey: (documentId) => wrap(documentId, randomBytes(KEY_BYTES)),
    rewrapDocumentKey: (documentId, wrapped) => wrap(documentId, unwrap(documentId, wrapped)),
    document: (documentId, wrapped): DocumentKey =>
      documentKey(unwrap(documentId, wrapped), { accountId, documentId }),
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

function versionHead(version: number): Buffer {
  const head = Buffer.of(VERSIONED, 0, 0)
  head.writeUInt16BE(version, 1)
  return head
}

function readVersion(wrapped: Uint8Array): { version: number; sealed: Uint8Array } {
  if (wrapped[0] !== VERSIONED) return { version: 1, sealed: wrapped }
  const [, high = 0, low = 0] = wrapped
  return { version: high * 256 + low, sealed: wrapped.subarray(VERSIONED_HEAD_BYTES) }
}

function fieldContext(accountId: string, place: FieldPlace): Buffer {
  return contextOf('field', accountId, place.table, place.column, place.row)
}

function documentContext(accountId: string, documentId: string): Buffer {
  return contextOf('document-key', accountId, documentId)
}
