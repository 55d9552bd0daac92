import { type Deed, deedOf } from '../../domain/audit/audit-action.ts'
import type { LoggedEntry } from '../../domain/audit/audit-leaf.ts'
import { logName } from '../../domain/audit/checkpoint.ts'
import type { Purpose } from '../../domain/fax/purpose.ts'
import type { AccountKeys } from '../../ports/keyring.ts'
import type { StoredAuditEntry } from '../../ports/store/audit-store.ts'
import type { PapersRow } from '../../ports/store/patient-store.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import { readAccount } from '../account-now.ts'
import { recordAudit } from '../record-change.ts'
import { openPatient, type PatientLink } from '../sealed/patient-secrets.ts'
import type { Services } from '../services.ts'
import { auditKey } from './sign-checkpoint.ts'

export type AuditEntry = Omit<StoredAuditEntry, 'partiesSealed'> & { readonly position: string }

export interface AuditFilter {
  readonly subjectId?: string
  /** `position` of the last entry of the page before. */
  readonly after?: string
  readonly limit: number
}

/**
 * The account's audit, oldest first. Sender and recipient stay sealed: reading the trail shows who did what to which fax,
 * not whom it concerned. Whoever reads it is in it.
 */
export async function readAudit(
  services: Services,
  scope: Scope,
  actor: Actor,
  filter: AuditFilter,
): Promise<AuditEntry[]> {
  return services.store.asAccount(scope, async (tx) => {
    const entries = await tx.audit.list(filter)
    await recordAudit(services, tx, actor, 'audit.read', filter.subjectId ?? null, { count: entries.length })
    return entries.map(({ partiesSealed: _, ...entry }) => entry)
  })
}

export interface AuditCollection {
  /** Position after which to begin. */
  readonly after: number
  readonly limit: number
  /** Of faxes of which directions the reader may know whose papers they are. */
  readonly seesPatients: Readonly<Record<PapersRow['direction'], boolean>>
}

/** What is said of the papers that a fax carried, as it is said now: it may have been corrected since. */
export interface Papers {
  readonly purpose: Purpose | null
  /** `masked`: somebody's, whom the reader may not know; `null`: nobody said. */
  readonly patient: PatientLink | 'masked' | null
}

export interface CollectedAudit {
  /** Name of the log the entries are from. */
  readonly log: string
  readonly entries: readonly LoggedEntry[]
  /** By id of the fax, of those whose pages the entries tell about. */
  readonly papers: ReadonlyMap<string, Papers>
}

/**
 * The account's audit for a system that collects such trails. Sender and recipient stay sealed. Whoever reads it is in it, and of how many faxes it was
 * told whose papers they are.
 */
export async function collectAudit(
  services: Services,
  scope: Scope,
  actor: Actor,
  { after, limit, seesPatients }: AuditCollection,
): Promise<CollectedAudit> {
  const { publicKey } = await auditKey(services)
  return services.store.asAccount(scope, async (tx) => {
    const entries = await tx.audit.entriesAfter(after, limit)
    const { keys } = await readAccount(services, tx)
    const carried = entries.filter(({ action }) => CARRYING.includes(deedOf(action)))
    const rows = await tx.patients.papersOf([...new Set(carried.flatMap(({ subjectId }) => subjectId ?? []))])
    const papers = new Map(rows.map((row) => [row.id, papersOf(keys, row, seesPatients[row.direction])]))
    const patients = [...papers.values()].filter(({ patient }) => patient !== null && patient !== 'masked')
    const detail = { count: entries.length, ...(patients.length === 0 ? {} : { patients: patients.length }) }
    await recordAudit(services, tx, actor, 'audit.collected', null, detail)
    return { log: logName(publicKey), entries, papers }
  })
}

/** Deeds that carry pages. */
const CARRYING: readonly Deed[] = ['send', 'receive']

function papersOf(keys: AccountKeys, row: PapersRow, seesPatient: boolean): Papers {
  const { direction, purpose, patientSealed } = row
  if (!seesPatient) return { purpose, patient: patientSealed === null ? null : 'masked' }
  return { purpose, patient: openPatient(keys, direction === 'sent' ? 'fax' : 'received_fax', row) }
}
