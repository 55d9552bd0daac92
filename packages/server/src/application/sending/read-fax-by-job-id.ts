import { Problem } from '../../domain/problem/problem.ts'
import type { FaxListFilter, FaxRow } from '../../ports/store/fax-store.ts'
import type { Scope } from '../../ports/store/scope.ts'
import { accountKeys } from '../account-keys.ts'
import { type FaxNumbers, faxNumbers } from '../faxes/fax-numbers.ts'
import type { Services } from '../services.ts'

/** A fax by the integer iFax clients know it by. Never log one: its numbers are in the clear. */
export interface NumberedFax {
  readonly fax: FaxRow
  readonly numbers: FaxNumbers
}

/** @throws Problem `fax.not_found`, also for another account's or mode's fax */
export async function getFaxByJobId(services: Services, scope: Scope, jobId: number): Promise<NumberedFax> {
  return services.store.asAccount(scope, async (tx) => {
    const fax = await tx.faxes.getByJobId(jobId)
    if (!fax) throw new Problem('fax.not_found', { field: 'jobId' })
    return { fax, numbers: faxNumbers(await accountKeys(services, tx), fax) }
  })
}

export interface JobListQuery
  extends Pick<FaxListFilter, 'createdAfter' | 'createdBefore' | 'order' | 'limit'> {
  /** The `jobId` of the last row of the page before. */
  readonly lastJobId?: number
}

/** @throws Problem `fax.not_found` when `lastJobId` is no fax of the caller's */
export async function listFaxesByJobId(
  services: Services,
  scope: Scope,
  query: JobListQuery,
): Promise<NumberedFax[]> {
  const { lastJobId, ...filter } = query
  return services.store.asAccount(scope, async (tx) => {
    const last = lastJobId === undefined ? undefined : await tx.faxes.getByJobId(lastJobId)
    if (lastJobId !== undefined && !last) throw new Problem('fax.not_found', { field: 'lastFaxId' })
    const rows = await tx.faxes.list({ ...filter, ...(last ? { afterId: last.id } : {}) })
    const keys = await accountKeys(services, tx)
    return rows.map((fax) => ({ fax, numbers: faxNumbers(keys, fax) }))
  })
}
