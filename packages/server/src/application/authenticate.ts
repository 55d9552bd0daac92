import { hashApiKey, isApiKey, type KeyScope } from '../domain/api-key.ts'
import { Problem } from '../domain/problem.ts'
import type { Actor, Scope } from '../ports/store.ts'
import type { Services } from './services.ts'

export interface AuthenticatedKey {
  readonly scope: Scope
  readonly keyId: string
  readonly scopes: readonly KeyScope[]
  readonly actor: Actor
  readonly expiresAt: Date | null
}

/**
 * Whose key this is and what it may do. One look-up by hash; the key itself is never stored or compared.
 *
 * Throws `Problem('auth.invalid_key')` for a key that is absent, misspelt, unknown, expired or revoked: which of the last
 * three is not told.
 */
export async function authenticate(services: Services, presentedKey: string): Promise<AuthenticatedKey> {
  if (presentedKey === '') throw new Problem('auth.invalid_key', { detail: 'No API key was sent.' })
  if (!isApiKey(presentedKey)) {
    throw new Problem('auth.invalid_key', {
      detail: 'What was sent is not an API key: it is misspelt or cut short (its checksum does not hold).',
    })
  }
  const row = await services.store.asSystem((tx) => tx.findApiKey(hashApiKey(presentedKey)))
  const now = new Date(services.clock.now())
  if (row === undefined || (row.expiresAt !== null && row.expiresAt <= now))
    throw new Problem('auth.invalid_key')
  if (row.revokedAt !== null) throw new Problem('auth.invalid_key')
  return {
    scope: { accountId: row.accountId, mode: row.mode },
    keyId: row.id,
    scopes: row.scopes as readonly KeyScope[],
    actor: { kind: 'key', id: row.id, requestId: null },
    expiresAt: row.expiresAt,
  }
}
