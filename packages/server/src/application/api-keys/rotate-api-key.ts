import { formatApiKey, hashApiKey, type KeyScope } from '../../domain/access/api-key.ts'
import { type KeyBounds, UNBOUND } from '../../domain/access/key-bounds.ts'
import { Problem } from '../../domain/problem/problem.ts'
import type { ApiKeyRow } from '../../ports/store/api-key-store.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import type { Tx } from '../../ports/store/store.ts'
import { recordAudit } from '../record-change.ts'
import type { Services } from '../services.ts'
import { assertGrantable, assertWithin, type MadeApiKey } from './create-api-key.ts'

const HOUR_MS = 3_600_000

/**
 * A new key with the old one's name, scopes, addresses and expiry; the old one works for `overlapHours` more (or until it would have
 * expired), so that callers can be moved over one by one.
 */
export async function rotateApiKey(
  services: Services,
  scope: Scope,
  actor: Actor,
  keyId: string,
  options: {
    readonly overlapHours: number
    readonly grantable: readonly KeyScope[]
    /** Of the key that asks. Absent: none. */
    readonly bounds?: KeyBounds
  },
  hooks: { readonly inTransaction?: (tx: Tx, made: MadeApiKey) => Promise<void> } = {},
): Promise<MadeApiKey> {
  const now = new Date(services.clock.now())
  const secret = formatApiKey(scope.mode, services.random.bytes(32))
  const id = services.random.id('key')
  return services.store.asAccount(scope, async (tx) => {
    const held = await tx.apiKeys.get(keyId)
    if (held === undefined || held.revokedAt !== null) throw new Problem('api_key.not_found')
    assertGrantable(held.scopes as readonly KeyScope[], options.grantable)
    assertWithin(options.bounds ?? UNBOUND, held)
    const key: ApiKeyRow = {
      ...held,
      id,
      hash: hashApiKey(secret),
      hint: secret.slice(-4),
      createdAt: now,
      lastUsedAt: null,
      replacedBy: null,
      madeBy: actor.id,
    }
    await tx.apiKeys.insert(key)
    const overlapEnd = new Date(now.getTime() + options.overlapHours * HOUR_MS)
    const expiresAt = held.expiresAt !== null && held.expiresAt < overlapEnd ? held.expiresAt : overlapEnd
    await tx.apiKeys.update(keyId, { expiresAt, replacedBy: id })
    await recordAudit(services, tx, actor, 'api_key.rotated', keyId, { replacedBy: id })
    const made = { key, secret }
    await hooks.inTransaction?.(tx, made)
    return made
  })
}
