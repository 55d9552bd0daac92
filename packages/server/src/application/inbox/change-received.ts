import { Problem } from '../../domain/problem/problem.ts'
import type { ReceivedFaxRow } from '../../ports/store/received-store.ts'
import type { Actor } from '../../ports/store/scope.ts'
import type { Tx } from '../../ports/store/store.ts'
import { type AccountView, readAccount } from '../account-now.ts'
import { type ReceivedChange, recordReceivedChange } from '../receiving/record-received.ts'
import { receivedParties } from '../sealed/received-secrets.ts'
import type { Services } from '../services.ts'

/** A received fax that nobody else changes until the transaction ends. */
export interface HeldReceived {
  readonly received: ReceivedFaxRow
  readonly account: AccountView
}

/**
 * @param field of the request that names it, where its path does not
 * @throws Problem `inbound.not_found`, also for another account's or mode's
 */
export async function holdReceived(
  services: Services,
  tx: Tx,
  id: string,
  field?: string,
): Promise<HeldReceived> {
  const received = await tx.received.lock(id)
  if (!received) throw new Problem('inbound.not_found', field === undefined ? {} : { field })
  return { received, account: await readAccount(services, tx) }
}

/**
 * What is done with the pages of a fax is done with all of them.
 * @throws Problem `inbound.receiving` while more may come, `inbound.no_pages`, `inbound.content_deleted`
 */
export function assertWhole({ status, pageCount, contentDeletedAt }: ReceivedFaxRow, field?: string): void {
  const where = field === undefined ? {} : { field }
  if (contentDeletedAt !== null) throw new Problem('inbound.content_deleted', where)
  if (status === 'receiving') throw new Problem('inbound.receiving', where)
  if (pageCount === 0) throw new Problem('inbound.no_pages', where)
}

/** Tells what somebody did with it: event and audit entry of the same name. */
export async function tellReceived(
  services: Services,
  tx: Tx,
  actor: Actor,
  { received, account }: HeldReceived,
  type: ReceivedChange['type'],
  data: ReceivedChange['data'],
): Promise<void> {
  const parties = receivedParties(account.keys, received)
  await recordReceivedChange(services, tx, received, account.now, { type, data, actor }, parties)
}

/** Its row after a change. */
export async function amendReceived(
  tx: Tx,
  held: HeldReceived,
  patch: Parameters<Tx['received']['amend']>[1],
): Promise<HeldReceived> {
  const received = await tx.received.amend(held.received.id, patch)
  if (!received) throw new Error('A received fax is gone while it was held.')
  return { ...held, received }
}
