import { type AuthenticatedKey, authenticate } from '../../application/api-keys/authenticate.ts'
import { touchApiKey } from '../../application/api-keys/touch-api-key.ts'
import type { Services } from '../../application/services.ts'
import { hashApiKey } from '../../domain/access/api-key.ts'

/** A revoked or changed key is noticed within this time on every other server process. */
const LIFETIME_MS = 3000
const TOUCH_EVERY_MS = 60_000
const KEYS_MAX = 10_000

interface Entry {
  readonly found: Promise<AuthenticatedKey>
  readonly until: number
  /** Once it is found. */
  keyId?: string
}

export interface KeyCache {
  /** @throws Problem `auth.invalid_key` and what else `authenticate` refuses */
  find(presentedKey: string): Promise<AuthenticatedKey>
  /** Reads a key that was changed anew on this process at once; others follow within three seconds. */
  forget(keyId: string): void
}

/**
 * Remembers keys for a few seconds, so that a busy caller costs one look-up every few seconds and not one a request.
 * Refusals are not remembered. That a key is used is written at most once a minute, and no request waits for it.
 */
export function createKeyCache(services: Services): KeyCache {
  const entries = new Map<string, Entry>()
  const touchedAt = new Map<string, number>()

  const touch = (key: AuthenticatedKey, now: number) => {
    if (now - (touchedAt.get(key.keyId) ?? Number.NEGATIVE_INFINITY) < TOUCH_EVERY_MS) return
    touchedAt.set(key.keyId, now)
    bound(touchedAt)
    touchApiKey(services, key.scope, key.keyId).catch((error: unknown) => {
      services.log.warn('api_key.touch_failed', { keyId: key.keyId, error })
    })
  }

  const find = async (presentedKey: string): Promise<AuthenticatedKey> => {
    const now = services.clock.now()
    const name = hashApiKey(presentedKey).toString('base64')
    const held = entries.get(name)
    if (held !== undefined && now < held.until) {
      const key = await held.found
      if (key.expiresAt === null || now < key.expiresAt.getTime()) return key
    }
    const entry: Entry = { found: authenticate(services, presentedKey), until: now + LIFETIME_MS }
    entries.delete(name)
    entries.set(name, entry)
    bound(entries)
    try {
      const key = await entry.found
      entry.keyId = key.keyId
      touch(key, now)
      return key
    } catch (error) {
      entries.delete(name)
      throw error
    }
  }
  return {
    find,
    forget(keyId) {
      // One that is being read may have been read before the change.
      for (const [name, entry] of entries) {
        if (entry.keyId === keyId || entry.keyId === undefined) entries.delete(name)
      }
    },
  }
}

/** Drops what was put in first; maps keep that order. */
function bound(map: Map<string, unknown>): void {
  if (map.size > KEYS_MAX) map.delete(map.keys().next().value!)
}
