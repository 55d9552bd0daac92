import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'
import { KeyError } from '../../ports/keyring.ts'

/** AES-256-GCM (NIST SP 800-38D) with its usual lengths. */
export const KEY_BYTES = 32
export const NONCE_BYTES = 12
export const TAG_BYTES = 16

/** @returns ciphertext followed by its tag */
export function encrypt(
  key: KeyObject,
  nonce: Uint8Array,
  context: Uint8Array,
  plaintext: Uint8Array,
): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
  cipher.setAAD(context)
  const body = cipher.update(plaintext)
  return Buffer.concat([body, cipher.final(), cipher.getAuthTag()])
}

/** @param sealed ciphertext followed by its tag. @throws KeyError `tampered` */
export function decrypt(key: KeyObject, nonce: Uint8Array, context: Uint8Array, sealed: Uint8Array): Buffer {
  if (sealed.length < TAG_BYTES) throw tampered()
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
  decipher.setAAD(context)
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES))
  try {
    const plaintext = decipher.update(sealed.subarray(0, sealed.length - TAG_BYTES))
    // final() is what checks the tag: nothing is returned before it.
    return Buffer.concat([plaintext, decipher.final()])
  } catch {
    throw tampered()
  }
}

export function tampered(): KeyError {
  return new KeyError('tampered', 'Ciphertext was changed, cut, or belongs to another place or key.')
}

/**
 * A key of its own for each purpose (HKDF-SHA-256, RFC 5869), so that no two uses share one. As a `KeyObject` it is checked once,
 * not by every cipher made with it.
 */
export function deriveKey(key: Uint8Array, salt: Uint8Array, purpose: Uint8Array): KeyObject {
  // Given bytes, hkdfSync would first make a key object the slow way.
  return createSecretKey(Buffer.from(hkdfSync('sha256', createSecretKey(key), salt, purpose, KEY_BYTES)))
}

/**
 * The parts of a context in one unambiguous string of bytes: each is led by its length, so that `a`+`bc` and `ab`+`c`
 * differ.
 */
export function contextOf(...parts: readonly string[]): Buffer {
  return Buffer.concat(
    parts.flatMap((part) => {
      const text = Buffer.from(part)
      const length = Buffer.alloc(4)
      length.writeUInt32BE(text.length)
      return [length, text]
    }),
  )
}
