import { chooseRoute, placementOf } from '../../domain/inbox/inbound-route.ts'
import { dueAt, isTakenUp } from '../../domain/inbox/inbox.ts'
import type { AccountKeys } from '../../ports/keyring.ts'
import type { MailboxRow } from '../../ports/store/mailbox-store.ts'
import type { ReceivedFaxRow } from '../../ports/store/received-store.ts'
import type { Tx } from '../../ports/store/store.ts'
import { readAccount } from '../account-now.ts'
import { openEvidence } from '../faxes/call-evidence.ts'
import { requestArrivalNotices } from '../notices/request-fax-notices.ts'
import { openReceivedNumbers, receivedParties } from '../sealed/received-secrets.ts'
import { type OpenRoute, readRoutes } from '../sealed/route-secrets.ts'
import type { Services } from '../services.ts'
import { mailboxOfNumber } from './default-mailbox.ts'
import { recordReceivedChange } from './record-received.ts'

/** Where a fax is to lie, and the rule that says so. */
export interface Routing {
  readonly route: OpenRoute | undefined
  /** Not deleted before the transaction ends. */
  readonly mailbox: MailboxRow
  /** Of the number called, or the default one. */
  readonly fallback: MailboxRow
}

/** What the rules are asked about. */
export type RoutedFax = Pick<ReceivedFaxRow, 'id' | 'numberId' | 'startedAt' | 'toSealed' | 'fromSealed'>

/**
 * Asks the rules about a fax. Writes nothing, and holds the mailbox it names: call it before the fax's row is written to, because who
 * gives up a mailbox locks first that and then the faxes in it.
 * @param facts what is known beyond the call itself; absent: not yet
 */
export async function chooseRouting(
  services: Services,
  tx: Tx,
  keys: AccountKeys,
  fax: RoutedFax,
  facts: { readonly stationId: string | null; readonly barcodes?: readonly string[] },
  now: Date,
): Promise<Routing> {
  const { numberId, startedAt } = fax
  const number = numberId === null ? undefined : await tx.numbers.get(numberId)
  const fallback = await mailboxOfNumber(services, tx, number, now)
  const routes = await readRoutes(services, tx, keys)
  if (routes.length === 0) return { route: undefined, mailbox: fallback, fallback }
  const { from } = openReceivedNumbers(keys, fax)
  const { route } = chooseRoute(routes, { numberId, from, startedAt, ...facts })
  const wanted = route?.actions.mailboxId
  const mailbox = wanted === undefined ? fallback : ((await tx.mailboxes.hold(wanted)) ?? fallback)
  return { route, mailbox, fallback }
}

/**
 * Puts a fax whose call has just ended where its rule says, and starts its clock. One that a person has touched meanwhile stays where
 * it is, and its clock starts all the same.
 */
export async function placeEnded(
  tx: Tx,
  received: ReceivedFaxRow,
  routing: Routing,
): Promise<ReceivedFaxRow> {
  const placed = await place(tx, received, routing)
  if (placed) return placed
  if (isTakenUp(received.mark) || received.endedAt === null) return received
  const mailbox = (await tx.mailboxes.get(received.mailboxId)) ?? routing.mailbox
  const due = dueAt(mailbox, received.priority, received.endedAt)
  return (await tx.received.amend(received.id, { dueAt: due })) ?? received
}

function place(tx: Tx, { id, endedAt }: ReceivedFaxRow, { route, mailbox }: Routing) {
  const placement = { ...placementOf(route?.actions, mailbox.id), mailboxId: mailbox.id }
  const waits = endedAt !== null && !isTakenUp(placement.mark)
  return tx.received.place(id, {
    ...placement,
    routeId: route?.id ?? null,
    dueAt: waits ? dueAt(mailbox, placement.priority, endedAt) : null,
  })
}

/**
 * The last pass, when the barcodes were read: a rule that had to wait for them may take the fax from where it lies, unless a person has touched
 * it. Where the fax's row is locked already, this may meet somebody who gives up its mailbox; the work is then done again.
 * @returns the fax as it lies now
 */
export async function routeExamined(
  services: Services,
  tx: Tx,
  received: ReceivedFaxRow,
  barcodes: readonly string[],
): Promise<ReceivedFaxRow> {
  // What a person split or merged lies where that person put it.
  if (received.pageCount === 0 || received.endedAt === null || received.origin !== 'call') return received
  const { keys, now } = await readAccount(services, tx)
  const stationId = openEvidence(keys, 'received_fax', received.id, received).remoteId
  const routing = await chooseRouting(services, tx, keys, received, { stationId, barcodes }, now)
  if (!routing.route || routing.route.id === received.routeId) return received
  const placed = await place(tx, received, routing)
  if (!placed) return received
  await tellRouted(services, tx, keys, placed, routing, now)
  return placed
}

/** The event and the audit entry when a rule chose, and who is told by email that the fax came. */
export async function tellRouted(
  services: Services,
  tx: Tx,
  keys: AccountKeys,
  received: ReceivedFaxRow,
  { route, mailbox }: Routing,
  now: Date,
): Promise<void> {
  const { routeId, mailboxId, priority, mark } = received
  const isRouted = route !== undefined && route.id === routeId
  if (isRouted) {
    const change = { type: 'inbound.routed', data: { routeId, mailboxId, priority, mark } } as const
    await recordReceivedChange(services, tx, received, now, change, receivedParties(keys, received))
  }
  if (isTakenUp(mark)) return
  const lies = mailboxId === mailbox.id ? mailbox : await tx.mailboxes.get(mailboxId)
  const others = isRouted ? (route.actions.notify ?? []) : []
  if (lies) await requestArrivalNotices(services, tx, keys, received, lies, others)
}
