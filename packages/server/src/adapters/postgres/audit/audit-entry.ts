import { sql } from 'kysely'
import type { LoggedEntry } from '../../../domain/audit/audit-leaf.ts'

/** A row of `audit_entry entry` as the log reads it: times to the last digit they are kept with, whatever the session's zone. */
export const ENTRY_COLUMNS = sql`
  entry.position, entry.account_id, entry.mode,
  to_char(entry.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at,
  entry.actor_kind, entry.actor_id, entry.request_id, entry.action, entry.subject_id, entry.detail,
  entry.salt::text as salt, entry.parties_sealed`

export interface EntryRow {
  readonly position: number
  readonly account_id: string
  readonly mode: 'test' | 'live'
  readonly at: string
  readonly actor_kind: string
  readonly actor_id: string
  readonly request_id: string | null
  readonly action: string
  readonly subject_id: string | null
  readonly detail: unknown
  readonly salt: string
  readonly parties_sealed: Buffer | null
}

export function readEntry(row: EntryRow): LoggedEntry {
  return {
    position: row.position,
    accountId: row.account_id,
    mode: row.mode,
    at: row.at,
    actorKind: row.actor_kind,
    actorId: row.actor_id,
    requestId: row.request_id,
    action: row.action,
    subjectId: row.subject_id,
    detail: row.detail,
    salt: row.salt,
    partiesSealed: row.parties_sealed,
  }
}
