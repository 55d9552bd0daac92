import type { ColumnType, Generated } from 'kysely'
import type { Mode } from '../../../domain/fax/fax.ts'
import type { Purpose } from '../../../domain/fax/purpose.ts'
import type { HoldReason } from '../../../domain/recipients/misdirection.ts'
import type { CallEndTable } from './call-end-columns.ts'
import type { BigInteger } from './columns.ts'

export interface FaxTables {
  document: DocumentTable
  page: PageTable
  fax: FaxTable
  fax_source: FaxSourceTable
  fax_tag: FaxTagTable
  attempt: AttemptTable
  attempt_journal: AttemptJournalTable
  destination_slot: DestinationSlotTable
}

interface DocumentTable {
  id: string
  account_id: string
  mode: Mode
  purpose: 'source' | 'pages' | 'received' | 'text'
  media_type: string
  byte_count: BigInteger
  page_count: number | null
  blob_key: string
  wrapped_key: Buffer
  details_sealed: Buffer
  created_at: Date
  expires_at: Date | null
  destroyed_at: Generated<Date | null>
  key_version: ColumnType<number, never, never>
}

interface PageTable {
  document_id: string
  account_id: string
  number: number
  width: number
  rows: number
  kind: string
  resolution: 'standard' | 'fine' | 'superfine'
  byte_offset: BigInteger
  byte_length: number
  estimated_seconds: number
}

interface FaxTable {
  id: string
  account_id: string
  mode: Mode
  job_id: Generated<number>
  status: string
  sequence: Generated<number>
  priority: number
  to_sealed: Buffer
  to_hash: Buffer
  to_slot: Buffer
  from_sealed: Buffer | null
  details_sealed: Buffer
  patient_sealed: Buffer | null
  patient_hash: Buffer | null
  purpose: Purpose | null
  resolution: 'standard' | 'fine' | 'superfine'
  paper: 'letter' | 'a4' | 'legal'
  render_mode: 'auto' | 'text' | 'photo'
  content_hash: Buffer
  resend_of: string | null
  tags: string[]
  pages_document_id: string | null
  page_count: number | null
  pages_confirmed: Generated<number>
  estimated_seconds: number | null
  attempt_count: Generated<number>
  disposition: string | null
  code: string | null
  message: string | null
  created_at: Date
  send_at: Date | null
  next_action_at: Date | null
  deadline_at: Date
  started_at: Date | null
  ended_at: Date | null
  cancel_requested_at: Date | null
  waiting_since: Date | null
  waiting_trunks: string[] | null
  hold_reason: HoldReason | null
  held_at: Date | null
  hold_neighbours: string[] | null
  lease_token: BigInteger
  lease_until: Date | null
  content_deleted_at: Generated<Date | null>
  shredded_at: Generated<Date | null>
  kept_from: Generated<Date | null>
}

interface FaxSourceTable {
  fax_id: string
  account_id: string
  position: number
  document_id: string
  pages: string[] | null
}

interface FaxTagTable {
  account_id: string
  mode: Mode
  tag: string
  fax_id: string
}

interface AttemptTable extends CallEndTable {
  id: string
  account_id: string
  fax_id: string
  number: number
  line: string
  first_page: number
  started_at: Date
  connected_at: Date | null
  ended_at: Date | null
  pages_confirmed: Generated<number>
  data_exchanged: 'none' | 'some' | 'unknown' | null
  trunk_id: string | null
  failed_over: Generated<boolean>
  answered_after_ms: number | null
  provider_id: string | null
  upstream_ref: string | null
  upstream_code: number | null
  upstream_cause: string | null
}

interface AttemptJournalTable {
  attempt_id: string
  account_id: string
  position: Generated<number>
  at: Date
  kind: string
  page: number | null
}

interface DestinationSlotTable {
  slot: Buffer
  place: number
  fax_id: string
  lease_until: Date
}
