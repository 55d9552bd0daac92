import type { ColumnType, Generated } from 'kysely'
import type { Mode } from '../../../domain/fax/fax.ts'
import type { Json } from './columns.ts'

export interface ProviderTables {
  provider: ProviderTable
  upstream_notice: UpstreamNoticeTable
  reconciliation: ReconciliationTable
  contradiction: ContradictionTable
}

interface ProviderTable {
  id: string
  account_id: string
  mode: Mode
  settings: Json
  key_sealed: Buffer
  hook_token_hash: Buffer
  hook_auth_sealed: Buffer | null
  sent_seen_at: Date | null
  received_seen_at: Date | null
  created_at: Date
  updated_at: Date
}

interface UpstreamNoticeTable {
  id: string
  account_id: string
  mode: Mode
  provider_id: string
  reference: string
  transaction_id: string | null
  status: 'pending' | 'fetched' | 'refused'
  received_fax_id: string | null
  tries: Generated<number>
  next_try_at: Date | null
  created_at: Date
}

interface ReconciliationTable {
  id: string
  account_id: string
  mode: Mode
  started_at: Date
  claimed_until: Date | null
  ended_at: Date | null
  counts: ColumnType<Record<string, unknown> | null, string | null, string | null>
  error: string | null
}

interface ContradictionTable {
  id: string
  account_id: string
  mode: Mode
  kind: string
  provider_id: string | null
  reference: string
  fax_id: string | null
  attempt_id: string | null
  received_fax_id: string | null
  ours: string | null
  theirs: string | null
  our_pages: number | null
  their_pages: number | null
  found_at: Date
  resolved_at: Date | null
  resolved_by: string | null
}
