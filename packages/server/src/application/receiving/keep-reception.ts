import type { Services } from '../services.ts'
import { leaseEnd, type Reception } from './receive-fax.ts'

/** Keeps a reception from being taken for a dead process's. @returns a function that stops it */
export function keepReceptionAlive(services: Services, { scope, id }: Reception): () => void {
  const { clock, policy, store, log } = services
  let cancelTimer = () => {}
  let stopped = false
  const renew = async () => {
    try {
      await store.asAccount(scope, (tx) => tx.received.renewLease(id, leaseEnd(services)))
    } catch (error) {
      log.warn('inbound.lease_not_renewed', { inboundId: id, error })
    }
    schedule()
  }
  const schedule = () => {
    if (!stopped) cancelTimer = clock.setTimer(Math.floor(policy.leaseMs / 3), () => void renew())
  }
  schedule()
  return () => {
    stopped = true
    cancelTimer()
  }
}
