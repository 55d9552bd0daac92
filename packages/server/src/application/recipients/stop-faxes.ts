import type { FaxStatus } from '../../domain/fax/fax.ts'
import { Problem } from '../../domain/problem/problem.ts'
import type { FaxRow } from '../../ports/store/fax-store.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import { readAccount } from '../account-now.ts'
import { tryOpenFax } from '../faxes/hold-fax.ts'
import { holdNumber } from '../faxes/hold-number.ts'
import { cancelFax } from '../sending/cancel-fax.ts'
import type { Services } from '../services.ts'

const NOT_ENDED: readonly FaxStatus[] = ['scheduled', 'queued', 'preparing', 'sending', 'retrying']
const FAXES_READ = 200

/**
 * Stops what is on its way to a number that is suspended by now: calls that are up are hung up, all others wait for a person. What is in
 * another worker's hands meets the suspension before it calls.
 */
export async function stopFaxesTo(
  services: Services,
  scope: Scope,
  actor: Actor,
  toHash: Buffer,
): Promise<void> {
  for (let afterId: string | undefined; ; ) {
    const after = afterId === undefined ? {} : { afterId }
    const page = await services.store.asAccount(scope, (tx) =>
      tx.faxes.list({ toHash, statuses: NOT_ENDED, order: 'oldest', limit: FAXES_READ, ...after }),
    )
    for (const fax of page) await stop(services, scope, actor, fax)
    afterId = page.at(-1)?.id
    if (page.length < FAXES_READ) return
  }
}

async function stop(services: Services, scope: Scope, actor: Actor, fax: FaxRow): Promise<void> {
  if (fax.holdReason !== null) return
  if (fax.status === 'sending') return hangUp(services, scope, actor, fax.id)
  await services.store.asAccount(scope, async (tx) => {
    const now = services.clock.now()
    const leased = await tx.faxes.lease(fax.id, new Date(now), new Date(now + services.policy.leaseMs))
    if (!leased) return
    if (leased.status === 'sending') return tx.faxes.releaseLease(fax.id, leased.leaseToken)
    const account = await readAccount(services, tx)
    await holdNumber(
      services,
      tx,
      { scope, fax: leased, account, ...tryOpenFax(account, leased) },
      'suspended',
    )
  })
}

async function hangUp(services: Services, scope: Scope, actor: Actor, faxId: string): Promise<void> {
  try {
    await cancelFax(services, scope, actor, faxId)
  } catch (error) {
    // It ended by itself meanwhile.
    if (!(error instanceof Problem)) throw error
  }
}
