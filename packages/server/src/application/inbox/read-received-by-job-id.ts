import { Problem } from '../../domain/problem/problem.ts'
import type { AccountSettings } from '../../ports/store/account-store.ts'
import type { NumberRow } from '../../ports/store/number-store.ts'
import type { ReceivedFaxRow, WholeListFilter } from '../../ports/store/received-store.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import type { Tx } from '../../ports/store/store.ts'
import { readAccount } from '../account-now.ts'
import { findByOrder, type NumberNames } from '../numbers/number-names.ts'
import { openReceivedNumbers, type ReceivedNumbers } from '../sealed/received-secrets.ts'
import type { Services } from '../services.ts'
import { type ReadPage, readReceivedPages } from './read-received.ts'

/** A fax that has come in whole, by the integers iFax clients know it by. Never log one: its numbers are in the clear. */
export interface WholeReceived {
  readonly received: ReceivedFaxRow
  readonly numbers: ReceivedNumbers
  /** The account's number that was called, also one given back since; `undefined`: it owned none such. */
  readonly called: NumberRow | undefined
}

export interface WholeQuery
  extends Pick<WholeListFilter, 'endedFrom' | 'endedBefore' | 'marks' | 'order' | 'limit'> {
  /** Absent: faxes to all numbers. */
  readonly number?: NumberNames
  /** The `jobId` of the last row of the page before. */
  readonly lastJobId?: number
}

/** Far longer than an end takes to be committed once its time is read. */
const SETTLED_MS = 2_000

/**
 * Faxes with at least a page whose reception has ended, by the time it ended.
 * @param queryFor makes the query from the account's settings: days are those of its time zone
 * @throws Problem `number.not_found`; `inbound.not_found` when `lastJobId` is no such fax of the caller's
 */
export async function listWholeReceived(
  services: Services,
  scope: Scope,
  queryFor: (settings: AccountSettings) => WholeQuery,
): Promise<WholeReceived[]> {
  return services.store.asAccount(scope, async (tx) => {
    const { keys, row, now } = await readAccount(services, tx)
    const { number, lastJobId, ...filter } = queryFor(row.settings)
    const wanted = number && (await findByOrder(tx, number))
    const last = lastJobId === undefined ? undefined : await lastRow(tx, lastJobId)
    const rows = await tx.received.listWhole({
      ...filter,
      ...(wanted ? { numberId: wanted.id } : {}),
      ...(last ? { after: last } : {}),
      settledBefore: new Date(now.getTime() - SETTLED_MS),
    })
    const called = await numbersOf(tx, rows)
    return rows.map((received) => ({
      received,
      numbers: openReceivedNumbers(keys, received),
      called: called.get(received.numberId ?? ''),
    }))
  })
}

async function lastRow(tx: Tx, jobId: number): Promise<{ id: string; endedAt: Date }> {
  const { id, endedAt } = (await tx.received.getByJobId(jobId)) ?? {}
  if (id !== undefined && endedAt) return { id, endedAt }
  throw new Problem('inbound.not_found', { field: 'lastFaxId' })
}

async function numbersOf(tx: Tx, rows: readonly ReceivedFaxRow[]): Promise<Map<string, NumberRow>> {
  const found = new Map<string, NumberRow>()
  for (const id of new Set(rows.map(({ numberId }) => numberId))) {
    const number = id === null ? undefined : await tx.numbers.get(id)
    if (number) found.set(number.id, number)
  }
  return found
}

/**
 * All pages of a fax that has come in. An entry of the audit.
 * @throws Problem `inbound.not_found` also when the two integers are of different faxes, `inbound.no_pages`,
 * `inbound.receiving`
 */
export async function readPagesByJobId(
  services: Services,
  scope: Scope,
  actor: Actor,
  jobId: number,
  transactionId: number,
): Promise<{ readonly id: string; readonly pages: readonly ReadPage[] }> {
  const received = await services.store.asAccount(scope, (tx) => tx.received.getByJobId(jobId))
  if (received?.transactionId !== transactionId) throw new Problem('inbound.not_found', { field: 'jobId' })
  if (received.endedAt === null) throw new Problem('inbound.receiving')
  return { id: received.id, pages: await readReceivedPages(services, scope, actor, received.id) }
}
