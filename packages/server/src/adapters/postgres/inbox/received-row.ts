import type { Selectable } from 'kysely'
import type { Disposition } from '../../../domain/fax/disposition.ts'
import type { ReceivedFaxRow } from '../../../ports/store/received-store.ts'
import { CALL_END_COLUMNS } from '../schema/call-end-columns.ts'
import { toFields } from '../schema/casing.ts'
import type { Tables } from '../schema/tables.ts'

export const RECEIVED_COLUMNS = [
  'id',
  'account_id',
  'mode',
  'job_id',
  'transaction_id',
  'status',
  'sequence',
  'line',
  'trunk_id',
  'to_sealed',
  'to_hash',
  'from_sealed',
  'from_hash',
  'page_count',
  'bad_rows',
  ...CALL_END_COLUMNS,
  'code',
  'message',
  'started_at',
  'ended_at',
  'lease_until',
  'number_id',
  'mailbox_id',
  'origin',
  'origin_ids',
  'assignee',
  'mark',
  'marked_at',
  'spam_reason',
  'priority',
  'due_at',
  'escalated_at',
  'route_id',
  'content_hash',
  'duplicate_of',
  'reply_to',
  'patient_sealed',
  'patient_hash',
  'examined_at',
  'text_state',
  'text_document_id',
  'content_deleted_at',
  'shredded_at',
] as const satisfies readonly (keyof Tables['received_fax'])[]

export function readReceived(
  row: Pick<Selectable<Tables['received_fax']>, (typeof RECEIVED_COLUMNS)[number]>,
): ReceivedFaxRow {
  return { ...toFields(row), disposition: row.disposition as Disposition | null }
}
