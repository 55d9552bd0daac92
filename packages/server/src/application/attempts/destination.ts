import type { FaxRow } from '../../ports/store/fax-store.ts'
import type { Services } from '../services.ts'

type Caller = Pick<FaxRow, 'id' | 'toSlot'>

/** Takes one of the calls allowed to a destination at once. False when others have them all. */
export async function takeDestination(services: Services, fax: Caller): Promise<boolean> {
  const { clock, policy, store } = services
  const now = clock.now()
  const until = new Date(now + policy.leaseMs)
  // A power cut ends the calls it was taken for.
  return store.asSystem(
    (tx) => tx.destinations.take(fax.toSlot, fax.id, policy.callsPerDestination, new Date(now), until),
    { durable: false },
  )
}

/** Gives the call back and wakes the fax that waits for it, by priority and then by age. */
export async function releaseDestination(services: Services, fax: Caller): Promise<void> {
  const { queue, store } = services
  const next = await store.asSystem((tx) => tx.destinations.release(fax.toSlot, fax.id), { durable: false })
  if (!next) return
  await store.asAccount(next.scope, (tx) =>
    queue.enqueue(tx, { name: 'advance-fax', scope: next.scope, subjectId: next.id }, { priority: 9 }),
  )
}
