import type { E164 } from '../../domain/numbers/number.ts'
import { Problem } from '../../domain/problem/problem.ts'
import {
  type IncidentOutcome,
  missingFactor,
  RISK_FACTORS,
  type RiskFactor,
  type RiskWorksheet,
} from '../../domain/recipients/incident.ts'
import type { AccountKeys } from '../../ports/keyring.ts'
import type { FaxRow } from '../../ports/store/fax-store.ts'
import type { IncidentRow } from '../../ports/store/recipient-store.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import type { Tx } from '../../ports/store/store.ts'
import { type AccountView, readAccount } from '../account-now.ts'
import { assertCursor } from '../page-cursor.ts'
import { recordAudit } from '../record-change.ts'
import { openFaxSecrets } from '../sealed/fax-secrets.ts'
import { openRecipient } from '../sealed/recipient-secrets.ts'
import type { Services } from '../services.ts'
import { newRecipient } from './add-recipients.ts'
import { recordGuardEvent } from './record-recipient.ts'
import { stopFaxesTo } from './stop-faxes.ts'
import { suspendRecipient } from './suspend-recipient.ts'

/** An incident with what is encrypted about it in the clear. Never log one. */
export interface OpenIncident {
  readonly row: IncidentRow
  readonly number: E164
  readonly note: string
  readonly worksheet: RiskWorksheet
  readonly now: Date
}

export interface IncidentReport {
  readonly faxId: string
  /** What happened, in the words of whoever reports it. */
  readonly note: string
  /** When somebody of the account first knew (45 CFR 164.404(a)(2)); absent: now. */
  readonly discoveredAt?: Date
}

/**
 * Reports that a fax reached the wrong place: from now on nothing is sent to its number, calls to it that are up are hung up, and the clock
 * of the breach rule runs.
 * @throws Problem fax.not_found, fax.content_deleted, incident.exists, request.invalid
 */
export async function openIncident(
  services: Services,
  scope: Scope,
  actor: Actor,
  report: IncidentReport,
  hooks: { readonly inTransaction?: (tx: Tx, made: OpenIncident) => Promise<void> } = {},
): Promise<OpenIncident> {
  const { incident, toHash } = await services.store.asAccount(scope, async (tx) => {
    const fax = await tx.faxes.get(report.faxId)
    if (!fax) throw new Problem('fax.not_found', { field: 'faxId' })
    if (fax.shreddedAt !== null) throw new Problem('fax.content_deleted', { field: 'faxId' })
    const account = await readAccount(services, tx)
    const discoveredAt = assertDiscovery(report.discoveredAt ?? account.now, fax, account.now)
    const recipientId = await freeze(services, tx, actor, account, fax)
    const id = services.random.id('inc')
    const row = await tx.incidents.insert({
      id,
      faxId: fax.id,
      recipientId,
      noteSealed: account.keys.seal(place(id, 'note_sealed'), report.note),
      worksheetSealed: null,
      outcome: null,
      reportedBy: actor.id,
      discoveredAt,
      closedBy: null,
      closedAt: null,
      createdAt: account.now,
    })
    if (!row) throw new Problem('incident.exists', { field: 'faxId' })
    await recordGuardEvent(services, tx, actor, {
      type: 'incident.opened',
      subjectId: id,
      data: { incidentId: id, faxId: fax.id, recipientId },
      at: account.now,
    })
    const incident = await open(tx, account, row)
    await hooks.inTransaction?.(tx, incident)
    return { incident, toHash: fax.toHash }
  })
  await stopFaxesTo(services, scope, actor, toHash)
  return incident
}

function assertDiscovery(at: Date, fax: FaxRow, now: Date): Date {
  if (at <= now && at >= fax.createdAt) return at
  throw new Problem('request.invalid', {
    field: 'discoveredAt',
    detail: '"discoveredAt" must be after the fax was handed in, and not in the future.',
  })
}

async function freeze(
  services: Services,
  tx: Tx,
  actor: Actor,
  account: AccountView,
  fax: FaxRow,
): Promise<string> {
  const { to } = openFaxSecrets(account.keys, fax)
  const stranger = newRecipient(services, account, actor, { number: to, name: '', source: 'fax' })
  await tx.recipients.insert([stranger])
  const recipient = (await tx.recipients.lockByNumber(fax.toHash))!
  await suspendRecipient(services, tx, actor, recipient, 'misdirected', account.now)
  return recipient.id
}

/** @throws Problem `incident.not_found` */
export async function getIncident(services: Services, scope: Scope, id: string): Promise<OpenIncident> {
  return services.store.asAccount(scope, async (tx) => {
    const row = await tx.incidents.get(id)
    if (!row) throw new Problem('incident.not_found')
    return open(tx, await readAccount(services, tx), row)
  })
}

/** Newest first. @throws Problem `request.invalid` for a cursor that cannot be one */
export async function listIncidents(
  services: Services,
  scope: Scope,
  { cursor, limit }: { readonly cursor?: string; readonly limit: number },
): Promise<{ incidents: OpenIncident[]; nextCursor: string | null }> {
  assertCursor('inc', cursor)
  return services.store.asAccount(scope, async (tx) => {
    const account = await readAccount(services, tx)
    const rows = await tx.incidents.list({
      limit: limit + 1,
      ...(cursor === undefined ? {} : { afterId: cursor }),
    })
    const page = rows.slice(0, limit)
    const incidents: OpenIncident[] = []
    for (const row of page) incidents.push(await open(tx, account, row))
    return { incidents, nextCursor: rows.length > limit ? page.at(-1)!.id : null }
  })
}

export interface IncidentChange {
  /** Factors named replace what was written about them. */
  readonly worksheet?: RiskWorksheet
  /** Closes it. */
  readonly outcome?: IncidentOutcome
}

/**
 * Fills the worksheet, and closes the incident.
 * @throws Problem incident.not_found, incident.closed, incident.not_assessed: a low probability is shown by all four factors
 */
export async function changeIncident(
  services: Services,
  scope: Scope,
  actor: Actor,
  id: string,
  change: IncidentChange,
): Promise<OpenIncident> {
  return services.store.asAccount(scope, async (tx) => {
    const account = await readAccount(services, tx)
    const row = await tx.incidents.lock(id)
    if (!row) throw new Problem('incident.not_found')
    if (row.outcome !== null) throw new Problem('incident.closed')
    const worksheet = { ...openWorksheet(account.keys, row), ...change.worksheet }
    const missing = change.outcome === 'low_probability' ? missingFactor(worksheet) : undefined
    if (missing) throw new Problem('incident.not_assessed', { field: `worksheet.${missing}` })
    const changed = await tx.incidents.update(id, {
      worksheetSealed: account.keys.seal(place(id, 'worksheet_sealed'), JSON.stringify(worksheet)),
      ...(change.outcome ? { outcome: change.outcome, closedBy: actor.id, closedAt: account.now } : {}),
    })
    const factors = RISK_FACTORS.filter((factor) => change.worksheet?.[factor])
    await recordAudit(services, tx, actor, 'incident.changed', id, { factors: describe(worksheet, factors) })
    if (change.outcome) {
      const data = { incidentId: id, faxId: row.faxId, recipientId: row.recipientId, outcome: change.outcome }
      await recordGuardEvent(services, tx, actor, {
        type: 'incident.closed',
        subjectId: id,
        data,
        at: account.now,
      })
    }
    return open(tx, account, changed)
  })
}

/** The risks as they were judged, without the findings: the audit may be read by whoever may not read those. */
function describe(worksheet: RiskWorksheet, factors: readonly RiskFactor[]): Record<string, string> {
  return Object.fromEntries(factors.map((factor) => [factor, worksheet[factor]!.risk]))
}

const SENDS_READ = 500

/** Every fax to the number of an incident, oldest first, but those whose records were destroyed. */
export async function sendsOf(services: Services, scope: Scope, incident: OpenIncident): Promise<FaxRow[]> {
  const found: FaxRow[] = []
  for (let afterId: string | undefined; ; afterId = found.at(-1)?.id) {
    const page = await services.store.asAccount(scope, async (tx) => {
      const recipient = (await tx.recipients.get(incident.row.recipientId))!
      const after = afterId === undefined ? {} : { afterId }
      return tx.faxes.list({ toHash: recipient.numberHash, order: 'oldest', limit: SENDS_READ, ...after })
    })
    found.push(...page)
    if (page.length < SENDS_READ) return found
  }
}

/** Reads and audits: whoever exports takes the list out of here. */
export async function exportIncident(
  services: Services,
  scope: Scope,
  actor: Actor,
  id: string,
): Promise<{ incident: OpenIncident; sends: readonly FaxRow[] }> {
  const incident = await getIncident(services, scope, id)
  const sends = await sendsOf(services, scope, incident)
  await services.store.asAccount(scope, (tx) =>
    recordAudit(services, tx, actor, 'incident.exported', id, { sends: sends.length }),
  )
  return { incident, sends }
}

async function open(tx: Tx, { keys, now }: AccountView, row: IncidentRow): Promise<OpenIncident> {
  const recipient = (await tx.recipients.get(row.recipientId))!
  const { number } = openRecipient(keys, recipient)
  const note = keys.openText(place(row.id, 'note_sealed'), row.noteSealed)
  return { row, number, note, worksheet: openWorksheet(keys, row), now }
}

function openWorksheet(
  keys: AccountKeys,
  { id, worksheetSealed }: Pick<IncidentRow, 'id' | 'worksheetSealed'>,
): RiskWorksheet {
  return worksheetSealed ? JSON.parse(keys.openText(place(id, 'worksheet_sealed'), worksheetSealed)) : {}
}

function place(row: string, column: string) {
  return { table: 'incident', column, row }
}
