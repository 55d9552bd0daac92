import type { KeyScope } from '../../domain/access/api-key.ts'
import { type KeyBounds, UNBOUND } from '../../domain/access/key-bounds.ts'
import { Problem } from '../../domain/problem/problem.ts'
import type { ApiKeyRow } from '../../ports/store/api-key-store.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import { recordAudit } from '../record-change.ts'
import type { Services } from '../services.ts'
import { assertAddresses, assertGrantable, assertWithin } from './create-api-key.ts'

export interface ApiKeyChange {
  readonly name?: string
  readonly scopes?: readonly KeyScope[]
  readonly expiresAt?: Date | null
  readonly allowedAddresses?: readonly string[] | null
}

/** Renames a key, changes its scopes, its expiry or the addresses it works from. A revoked key stays as it is: `Problem('api_key.not_found')`. */
export async function changeApiKey(
  services: Services,
  scope: Scope,
  actor: Actor,
  keyId: string,
  change: ApiKeyChange,
  grantable: readonly KeyScope[],
  bounds: KeyBounds = UNBOUND,
): Promise<ApiKeyRow> {
  if (change.scopes !== undefined) assertGrantable(change.scopes, grantable)
  assertAddresses(change.allowedAddresses)
  return services.store.asAccount(scope, async (tx) => {
    const held = await tx.apiKeys.get(keyId)
    if (held === undefined || held.revokedAt !== null) throw new Problem('api_key.not_found')
    const { expiresAt, allowedAddresses } = change
    // What is not changed is whatever it was: it may have been made by somebody who is less bound.
    if (expiresAt !== undefined)
      assertWithin({ ...UNBOUND, expiresAt: bounds.expiresAt }, { ...held, expiresAt })
    if (allowedAddresses !== undefined)
      assertWithin({ ...bounds, expiresAt: null }, { ...held, allowedAddresses })
    const changed = Object.keys(change).length === 0 ? held : await tx.apiKeys.update(keyId, change)
    if (changed === undefined) throw new Problem('api_key.not_found')
    await recordAudit(services, tx, actor, 'api_key.changed', keyId, { fields: Object.keys(change) })
    return changed
  })
}
