import { blockOf, chooseRoute } from '../../domain/inbox/inbound-route.ts'
import type { AccountKeys } from '../../ports/keyring.ts'
import type { Tx } from '../../ports/store/store.ts'
import { readAccount } from '../account-now.ts'
import { recordAudit, sealParties, WORKER } from '../record-change.ts'
import type { ReceivedNumbers } from '../sealed/received-secrets.ts'
import { readRoutes } from '../sealed/route-secrets.ts'
import type { Services } from '../services.ts'

/** A call that a rule keeps out. */
export interface BlockedCall {
  readonly id: string
  readonly reason: string
}

/**
 * Looks at a call before it is answered. One that a rule refuses is on record when this resolves; the caller of this refuses it.
 * @returns `undefined` when the call is to be taken
 */
export async function screenCall(
  services: Services,
  tx: Tx,
  { to, from }: ReceivedNumbers,
): Promise<BlockedCall | undefined> {
  const { keys, now } = await readAccount(services, tx)
  const routes = await readRoutes(services, tx, keys)
  if (routes.length === 0) return undefined
  const numberId = (await tx.numbers.find(to))?.id ?? null
  const blocked = blockOf(chooseRoute(routes, { numberId, from, startedAt: now }))
  if (!blocked) return undefined
  const id = services.random.id('blk')
  const { reason } = blocked
  const routeId = blocked.route.id
  const fromSealed = from === null ? null : keys.seal(place(id), from)
  await tx.inboundRoutes.recordBlocked({ id, routeId, numberId, reason, fromSealed, at: now })
  const parties = sealParties(keys, id, { from, to })
  await recordAudit(services, tx, WORKER, 'inbound.blocked', id, { routeId, numberId, reason }, parties)
  return { id, reason }
}

/** @throws KeyError `tampered` */
export function openBlockedCaller(keys: AccountKeys, id: string, fromSealed: Buffer | null): string | null {
  return fromSealed && keys.openText(place(id), fromSealed)
}

function place(row: string) {
  return { table: 'blocked_call', column: 'from_sealed', row }
}
