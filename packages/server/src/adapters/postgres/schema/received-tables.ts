import type { Generated } from 'kysely'
import type { Mode } from '../../../domain/fax/fax.ts'
import type { CallEndTable } from './call-end-columns.ts'
import type { BigInteger } from './columns.ts'

export interface ReceivedTables {
  received_fax: ReceivedFaxTable
  received_page: ReceivedPageTable
  received_note: ReceivedNoteTable
  received_words: ReceivedWordsTable
}

interface ReceivedFaxTable extends CallEndTable {
  id: string
  account_id: string
  mode: Mode
  job_id: BigInteger
  transaction_id: BigInteger
  status: 'receiving' | 'received' | 'partially_received' | 'failed'
  sequence: Generated<number>
  line: string
  trunk_id: string | null
  to_sealed: Buffer
  to_hash: Buffer
  from_sealed: Buffer | null
  from_hash: Buffer | null
  page_count: Generated<number>
  bad_rows: Generated<number>
  code: string | null
  message: string | null
  started_at: Date
  ended_at: Date | null
  provider_id: Generated<string | null>
  upstream_ref: Generated<string | null>
  lease_until: Date | null
  number_id: string | null
  mailbox_id: string
  origin: Generated<'call' | 'split' | 'merge'>
  origin_ids: Generated<string[]>
  assignee: string | null
  mark: Generated<'new' | 'in_review' | 'done' | 'spam'>
  marked_at: Date | null
  spam_reason: string | null
  priority: Generated<'normal' | 'urgent'>
  due_at: Date | null
  escalated_at: Date | null
  route_id: string | null
  content_hash: Buffer | null
  duplicate_of: string | null
  reply_to: string | null
  patient_sealed: Buffer | null
  patient_hash: Buffer | null
  examined_at: Date | null
  text_state: Generated<'none' | 'waiting' | 'ready' | 'failed'>
  content_deleted_at: Generated<Date | null>
  shredded_at: Generated<Date | null>
  kept_from: Generated<Date | null>
  text_document_id: string | null
  routed_mailbox_id: string | null
  routed_assignee: string | null
  routed_mark: 'new' | 'spam' | null
  routed_priority: string | null
}

interface ReceivedPageTable {
  received_fax_id: string
  account_id: string
  number: number
  document_id: string
  width: number
  rows: number
  resolution: 'standard' | 'fine' | 'superfine'
  bad_rows: number
  quality: 'clean' | 'usable' | 'poor'
  received_at: Date
  rotation: Generated<0 | 90 | 180 | 270>
  barcodes_sealed: Buffer | null
}

interface ReceivedNoteTable {
  id: string
  account_id: string
  received_fax_id: string
  author: string
  text_sealed: Buffer
  created_at: Date
}

interface ReceivedWordsTable {
  received_fax_id: string
  account_id: string
  mode: Mode
  words: number[]
}
