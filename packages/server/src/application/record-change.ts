import type { AuditAction } from '../domain/audit/audit-action.ts'
import type { HoldReason } from '../domain/recipients/misdirection.ts'
import type { EventType, FaxEventData } from '../domain/webhooks/event.ts'
import type { AccountKeys } from '../ports/keyring.ts'
import type { NewAuditEntry } from '../ports/store/audit-store.ts'
import type { FaxRow, NewFax } from '../ports/store/fax-store.ts'
import type { Actor } from '../ports/store/scope.ts'
import type { Tx } from '../ports/store/store.ts'
import { accountNow } from './account-now.ts'
import type { Services } from './services.ts'

/** What workers and sweeps sign with. */
export const WORKER: Actor = { kind: 'system', id: 'worker', requestId: null }

/** What an event tells about a fax. */
export type FaxFacts = Pick<
  FaxRow,
  'id' | 'jobId' | 'status' | 'pageCount' | 'pagesConfirmed' | 'attemptCount' | 'disposition' | 'code'
>

/**
 * Tells that something happened to a fax: the event, its place in the fax's sequence, and a job for every delivery, all in
 * the transaction of the change itself.
 * @param extra.at time of the account's clock; read when absent
 * @param extra.hold why it waits for a person
 * @param extra.audit the audit entry of the same change, written in the same statement
 */
export async function recordFaxEvent(
  services: Services,
  tx: Tx,
  fax: FaxFacts,
  type: EventType,
  extra: {
    readonly at?: Date
    readonly nextAttemptAt?: Date
    readonly hold?: HoldReason
    readonly audit?: AuditFacts
  } = {},
): Promise<void> {
  const { nextAttemptAt, hold } = extra
  const data: FaxEventData = {
    faxId: fax.id,
    jobId: fax.jobId,
    status: fax.status,
    pageCount: fax.pageCount,
    pagesConfirmed: fax.pagesConfirmed,
    attemptCount: fax.attemptCount,
    disposition: fax.disposition,
    code: fax.code,
    ...(nextAttemptAt ? { nextAttemptAt: nextAttemptAt.toISOString() } : {}),
    ...(hold ? { hold } : {}),
  }
  const event = {
    type,
    subjectId: fax.id,
    data: { ...data },
    at: extra.at ?? (await accountNow(services, tx)),
  }
  await recordEvent(services, tx, event, extra.audit)
}

/**
 * Writes a fax just accepted, its first event and its audit entry, and enqueues what they ask for: `next`, the work on the fax
 * itself, and a job for every delivery.
 * @returns its `jobId`
 */
export async function recordAcceptedFax(
  services: Services,
  tx: Tx,
  fax: NewFax,
  audit: AuditFacts,
  next: () => Promise<void>,
): Promise<number> {
  const data: Omit<FaxEventData, 'jobId'> = {
    faxId: fax.id,
    status: fax.status,
    pageCount: fax.pageCount,
    pagesConfirmed: 0,
    attemptCount: 0,
    disposition: null,
    code: null,
  }
  // The job does not need the fax's row to be there yet: both leave together, in one round trip.
  const [{ jobId, deliveryIds }] = await Promise.all([
    tx.faxes.accept(fax, {
      eventId: services.random.id('evt'),
      type: `fax.${fax.status}`,
      data: { ...data },
      audit: auditEntry(services, fax.id, audit),
    }),
    next(),
  ])
  await enqueueDeliveries(services, tx, deliveryIds)
  return jobId
}

/** Writes an event and enqueues what it asks to be delivered. For events about a fax use `recordFaxEvent`. */
export async function recordEvent(
  services: Services,
  tx: Tx,
  event: {
    readonly type: EventType
    readonly subjectId: string | null
    readonly data: Readonly<Record<string, unknown>>
    readonly at: Date
  },
  audit?: AuditFacts,
): Promise<string> {
  const id = services.random.id('evt')
  const { type, subjectId, data, at } = event
  const { deliveryIds } = await tx.events.record(
    { id, type, subjectId, data, createdAt: at },
    audit ? { audit: auditEntry(services, subjectId, audit) } : {},
  )
  await enqueueDeliveries(services, tx, deliveryIds)
  return id
}

async function enqueueDeliveries(services: Services, tx: Tx, deliveryIds: readonly string[]): Promise<void> {
  await Promise.all(
    deliveryIds.map((subjectId) =>
      services.queue.enqueue(tx, { name: 'deliver-webhook', scope: tx.scope, subjectId }),
    ),
  )
}

/**
 * One entry of the audit, at the machine's time whatever a test clock says.
 * @param detail ids, statuses and counts; never a number, a name or content
 * @param partiesSealed sender and recipient, from `sealParties`
 * @returns its position
 */
export async function recordAudit(
  services: Services,
  tx: { readonly audit: Pick<Tx['audit'], 'append'> },
  actor: Actor,
  action: AuditAction,
  subjectId: string | null,
  detail: Readonly<Record<string, unknown>>,
  partiesSealed: Buffer | null = null,
): Promise<number> {
  return tx.audit.append(auditEntry(services, subjectId, { actor, action, detail, partiesSealed }))
}

/** What an audit entry says besides its time and subject. */
export interface AuditFacts {
  readonly actor: Actor
  readonly action: AuditAction
  readonly detail: Readonly<Record<string, unknown>>
  readonly partiesSealed: Buffer | null
}

function auditEntry(services: Services, subjectId: string | null, facts: AuditFacts): NewAuditEntry {
  return { at: new Date(services.clock.now()), subjectId, ...facts }
}

/**
 * Sender and recipient of a fax for its audit entries. An entry can never be changed, so what makes them unreadable when the fax is shredded
 * is that they need the fax's own row besides the account's key.
 * @param secret the fax's sealed recipient as it stands in its row; absent for a call that never became a fax
 */
export function sealParties(keys: AccountKeys, faxId: string, parties: FaxParties): Buffer
export function sealParties(
  keys: AccountKeys,
  faxId: string,
  parties: FaxParties,
  secret: Buffer,
): Buffer | null
export function sealParties(
  keys: AccountKeys,
  faxId: string,
  parties: FaxParties,
  secret?: Buffer,
): Buffer | null {
  const place = { table: 'audit_entry', column: 'parties_sealed', row: faxId }
  if (secret === undefined) return keys.seal(place, JSON.stringify(parties))
  // Shredded: nobody knows any more.
  return secret.length === 0 ? null : keys.sealUnder(secret, place, JSON.stringify(parties))
}

export interface FaxParties {
  readonly from: string | null
  readonly to: string
}
