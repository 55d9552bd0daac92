import type { CallEnd } from '../../domain/fax/disposition.ts'
import { mayFailOver, routesFor, speaksOfRoute, triedInRound } from '../../domain/trunks/routing.ts'
import type { Tx } from '../../ports/store/store.ts'
import type { HeldFax } from '../faxes/held-fax.ts'

/** Whether another trunk is to take over at once after a call on `trunkId`, which is not yet written as ended. */
export async function failsOver(
  tx: Tx,
  held: HeldFax,
  trunkId: string | null,
  end: CallEnd,
): Promise<boolean> {
  const { fax, account, secrets } = held
  if (trunkId === null || !secrets || !mayFailOver(end)) return false
  const tried = [...triedInRound(await tx.attempts.history(fax.id)), trunkId]
  return routesFor(await tx.trunks.list(), secrets.to, [], tried, account.now).length > 0
}

/** Remembers what a call taught about a number on a trunk. A call that was busy or not answered taught nothing. */
export async function learnRoute(
  tx: Tx,
  numberHash: Buffer,
  trunkId: string,
  end: CallEnd,
  now: Date,
): Promise<void> {
  if (end.disposition === 'delivered') {
    const { t38Mode, ecm, bitRate } = end
    await tx.trunks.learn(numberHash, trunkId, {
      succeededAt: now,
      t38RefusedAt: null,
      t38Mode,
      ecm,
      bitRate,
    })
  } else if (speaksOfRoute(end)) {
    const refused = end.disposition === 't38_refused' ? { t38RefusedAt: now } : {}
    await tx.trunks.learn(numberHash, trunkId, { failedAt: now, failure: end.disposition, ...refused })
  }
}
