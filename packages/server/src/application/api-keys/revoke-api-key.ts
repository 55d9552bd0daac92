import { Problem } from '../../domain/problem/problem.ts'
import type { ApiKeyRow } from '../../ports/store/api-key-store.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import { recordAudit } from '../record-change.ts'
import type { Services } from '../services.ts'

/** Ends a key for good; every server process refuses it within seconds. Revoking twice is no error. */
export async function revokeApiKey(
  services: Services,
  scope: Scope,
  actor: Actor,
  keyId: string,
): Promise<ApiKeyRow> {
  return services.store.asAccount(scope, async (tx) => {
    const held = await tx.apiKeys.get(keyId)
    if (held === undefined) throw new Problem('api_key.not_found')
    if (held.revokedAt !== null) return held
    const revoked = await tx.apiKeys.update(keyId, { revokedAt: new Date(services.clock.now()) })
    if (revoked === undefined) throw new Problem('api_key.not_found')
    await recordAudit(services, tx, actor, 'api_key.revoked', keyId, {})
    return revoked
  })
}
