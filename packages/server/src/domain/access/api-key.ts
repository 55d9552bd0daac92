import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import type { Mode } from '../fax/fax.ts'

/** What a key may be allowed to do. */
export const KEY_SCOPES = [
  'faxes:write',
  'faxes:read',
  'faxes:content',
  'webhooks:manage',
  'events:read',
  'audit:read',
  'keys:manage',
  'trunks:read',
  'trunks:write',
  'inbound:read',
  'inbound:content',
  'inbound:write',
  'numbers:read',
  'numbers:write',
  'recipients:read',
  'recipients:write',
  'test:control',
  'faxes:shred',
  'retention:manage',
  'keyring:rotate',
] as const

export type KeyScope = (typeof KEY_SCOPES)[number]

/** Letters and digits only, so that a double click selects the whole key. */
const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
/** 62^43 is the first power of 62 above 2^256, 62^6 the first above 2^32. */
const ENTROPY_CHARACTERS = 43
const CHECKSUM_CHARACTERS = 6
const ENTROPY_BYTES = 32
const SHAPE = /^ab_(test|live)_[0-9A-Za-z]{49}$/

/**
 * An API key: `ab_test_` or `ab_live_`, 256 random bits, and a CRC-32 of all before it, so that a key with a typing
 * mistake, or cut short in a copy, is told apart from an unknown one without a look-up.
 */
export function formatApiKey(mode: Mode, entropy: Uint8Array): string {
  if (entropy.length !== ENTROPY_BYTES)
    throw new RangeError(`An API key takes ${ENTROPY_BYTES} random bytes.`)
  const value = entropy.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n)
  const body = `ab_${mode}_${base62(value, ENTROPY_CHARACTERS)}`
  return body + checksum(body)
}

/** Whether the text has a key's shape and its checksum holds. Says nothing about the key being known. */
export function isApiKey(text: string): boolean {
  return (
    SHAPE.test(text) && checksum(text.slice(0, -CHECKSUM_CHARACTERS)) === text.slice(-CHECKSUM_CHARACTERS)
  )
}

/** What is stored of a key. Plain SHA-256 will do: 256 random bits cannot be guessed, so there is nothing to slow down. */
export function hashApiKey(key: string): Buffer {
  return createHash('sha256').update(key).digest()
}

function checksum(text: string): string {
  return base62(BigInt(crc32(text)), CHECKSUM_CHARACTERS)
}

function base62(value: bigint, characters: number): string {
  let text = ''
  for (let rest = value; text.length < characters; rest /= 62n) text = BASE62[Number(rest % 62n)] + text
  return text
}
