import { Problem } from '../domain/problem/problem.ts'
import type { Scope } from '../ports/store/scope.ts'
import type { Tx } from '../ports/store/store.ts'
import { readAccount } from './account-now.ts'
import type { Services } from './services.ts'

const DAY_MS = 86_400_000
/** Longer than any request may work; then its server must have died, and the key may be claimed again. */
const LOCK_MS = 60_000
const KEY_SHAPE = /^[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?$/

export interface StoredReply {
  readonly status: number
  readonly body: unknown
}

export type IdempotencyClaim =
  | { readonly kind: 'replay'; readonly reply: StoredReply }
  | {
      readonly kind: 'claimed'
      /** Stores the reply; call it in the transaction that does the work, so that both are done or neither is. */
      finish(tx: Tx, reply: StoredReply): Promise<void>
      /** The request was refused and changed nothing: the key is free again. */
      abandon(): Promise<void>
    }

/**
 * Claims a caller's Idempotency-Key for one request, or finds what that request was answered before.
 *
 * @param request text that is equal for equal requests; only its keyed hash is stored
 * Throws `Problem` `idempotency.key_invalid`, `idempotency.key_reused`, `idempotency.in_flight`.
 */
export async function claimIdempotencyKey(
  services: Services,
  scope: Scope,
  key: string,
  request: string,
): Promise<IdempotencyClaim> {
  if (!KEY_SHAPE.test(key)) throw new Problem('idempotency.key_invalid')
  const keyHash = services.keyring.installationHash('idempotency_key', key)
  const requestHash = services.keyring.installationHash('idempotency_request', request)
  const now = services.clock.now()
  const place = { table: 'idempotency_key', column: 'response_sealed', row: keyHash.toString('hex') }
  return services.store.asAccount(scope, async (tx) => {
    const held = await tx.idempotency.claim(
      keyHash,
      requestHash,
      new Date(now),
      new Date(now + LOCK_MS),
      new Date(now + DAY_MS),
    )
    if (held === 'claimed') {
      return {
        kind: 'claimed',
        finish: async (work, reply) => {
          const { keys } = await readAccount(services, work)
          await work.idempotency.finish(keyHash, reply.status, keys.seal(place, JSON.stringify(reply.body)))
        },
        abandon: () => services.store.asAccount(scope, (after) => after.idempotency.abandon(keyHash)),
      }
    }
    if (!held.requestHash.equals(requestHash)) throw new Problem('idempotency.key_reused')
    if (held.responseStatus === null || held.responseSealed === null)
      throw new Problem('idempotency.in_flight')
    const { keys } = await readAccount(services, tx)
    const body: unknown = JSON.parse(keys.openText(place, held.responseSealed))
    return { kind: 'replay', reply: { status: held.responseStatus, body } }
  })
}
