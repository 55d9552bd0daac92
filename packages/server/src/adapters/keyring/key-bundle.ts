import { randomBytes } from 'node:crypto'
import type { AccountKeyVersions } from '../../ports/keyring.ts'
import { KEY_BYTES, tampered } from './aead.ts'

/**
 * What is wrapped as an account's key:
 *
 *     base (32) | current (2) | version (2) | key (32) | version (2) | key (32) | …
 *
 * From the base come the keys for fields and search hashes, for as long as the account lives, and version 1 of the key that wraps
 * document keys. Later versions are random and stand behind it. An account that never changed its key has the base alone.
 */
export interface KeyBundle {
  readonly base: Buffer
  /** The version that wraps new document keys. */
  readonly current: number
  /** From 2 on. */
  readonly later: ReadonlyMap<number, Buffer>
}

const HEAD_BYTES = KEY_BYTES + 2
const ENTRY_BYTES = 2 + KEY_BYTES
/** With more, the bundle would outgrow the 4 KiB that AWS KMS encrypts. Retired versions are dropped from it. */
const VERSIONS_MAX = 100
const VERSION_MAX = 0xffff

/** @throws KeyError `tampered` */
export function parseBundle(bytes: Buffer): KeyBundle {
  if (bytes.length === KEY_BYTES) return { base: bytes, current: 1, later: new Map() }
  if (bytes.length < HEAD_BYTES || (bytes.length - HEAD_BYTES) % ENTRY_BYTES !== 0) throw tampered()
  const later = new Map<number, Buffer>()
  for (let at = HEAD_BYTES; at < bytes.length; at += ENTRY_BYTES) {
    later.set(bytes.readUInt16BE(at), bytes.subarray(at + 2, at + ENTRY_BYTES))
  }
  const current = bytes.readUInt16BE(KEY_BYTES)
  if (current !== 1 && !later.has(current)) throw tampered()
  return { base: bytes.subarray(0, KEY_BYTES), current, later }
}

export function formatBundle({ base, current, later }: KeyBundle): Buffer {
  if (current === 1 && later.size === 0) return base
  const entries = [...later].map(([version, key]) => Buffer.concat([uint16(version), key]))
  return Buffer.concat([base, uint16(current), ...entries])
}

export function versionsOf({ current, later }: KeyBundle): AccountKeyVersions {
  return { current, newest: Math.max(1, ...later.keys()), count: 1 + later.size }
}

/** A newest version, not used yet. */
export function withNewVersion(bundle: KeyBundle): KeyBundle {
  const { newest } = versionsOf(bundle)
  if (bundle.later.size >= VERSIONS_MAX || newest >= VERSION_MAX) {
    throw new RangeError('An account has too many versions of its key: let the old ones be retired first.')
  }
  return { ...bundle, later: new Map([...bundle.later, [newest + 1, randomBytes(KEY_BYTES)]]) }
}

export function usingNewest(bundle: KeyBundle): KeyBundle {
  return { ...bundle, current: versionsOf(bundle).newest }
}

export function withoutOld(bundle: KeyBundle): KeyBundle {
  return { ...bundle, later: new Map([...bundle.later].filter(([version]) => version >= bundle.current)) }
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16BE(value)
  return bytes
}
