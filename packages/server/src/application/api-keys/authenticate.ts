import { hashApiKey, isApiKey, type KeyScope } from '../../domain/access/api-key.ts'
import type { KeyBounds } from '../../domain/access/key-bounds.ts'
import { Problem } from '../../domain/problem/problem.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import type { Services } from '../services.ts'

/** Who calls, and what they may do: a key or a person. */
export interface Caller {
  readonly scope: Scope
  readonly scopes: readonly KeyScope[]
  /** What a key of their making may do, where that is less: an emergency is not passed on. */
  readonly grantable?: readonly KeyScope[]
  /** Of a key: what keys of its making are bound by too. Absent: a person calls. */
  readonly bounds?: KeyBounds
  readonly actor: Actor
}

export interface AuthenticatedKey extends Caller {
  readonly keyId: string
  readonly expiresAt: Date | null
  /** `null`: from anywhere. */
  readonly allowedAddresses: readonly string[] | null
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
  const row = await services.store.asSystem((tx) => tx.accounts.findApiKey(hashApiKey(presentedKey)))
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
    allowedAddresses: row.allowedAddresses,
    bounds: { expiresAt: row.expiresAt, allowedAddresses: row.allowedAddresses },
  }
}
