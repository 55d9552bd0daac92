import type { Scope } from '../../ports/store/scope.ts'
import { WORKER } from '../record-change.ts'
import { openPatient, patientHash } from '../sealed/patient-secrets.ts'
import type { Services } from '../services.ts'
import { beginSaying, carryOn, forwardsOf } from './say-whose.ts'

/** Links of one transaction. */
const BATCH = 200

/**
 * Hashes links to patients that an older version made, so that received faxes are found by patient, and links faxes as which they were
 * forwarded. Run every minute by every process; does nothing once all are hashed.
 */
export async function hashLinks(services: Services): Promise<void> {
  for (const scope of await services.store.asSystem((tx) => tx.due.unhashedLinks())) {
    try {
      await hashLinksOf(services, scope)
    } catch (error) {
      // One account whose key is gone must not keep the others.
      services.log.error('patients.not_hashed', { accountId: scope.accountId, error })
    }
  }
}

/**
 * The same for one account, until none is left: whoever looks for a patient's faxes does this first, and so misses none.
 * @throws KeyError for a link that does not open: nobody can say whose it is
 */
export async function hashLinksOf(services: Services, { accountId, mode }: Scope): Promise<void> {
  // Of all departments, whoever asks.
  const scope: Scope = { accountId, mode }
  while ((await hashSome(services, scope)) === BATCH);
}

async function hashSome(services: Services, scope: Scope): Promise<number> {
  return services.store.asAccount(scope, async (tx) => {
    const saying = await beginSaying(services, tx, WORKER)
    const { keys } = saying.account
    const links = await tx.patients.lockUnhashed(BATCH)
    for (const received of links) {
      const patient = openPatient(keys, 'received_fax', received)
      if (patient === null) continue
      await tx.received.amend(received.id, { patientHash: patientHash(keys, patient.id) })
      await carryOn(saying, await forwardsOf(tx, received.id), null, patient)
    }
    return links.length
  })
}
