import type { ColumnType, Generated } from 'kysely'
import type { HoldKind } from '../../domain/legal-hold.ts'
import type { HoldReason } from '../../domain/misdirection.ts'
import type { NoticeError } from '../../domain/notice.ts'
import type { DestructionReason } from '../../ports/retention-store.ts'
import type { AssociateTables } from './associate-tables.ts'
import type { PeopleTables } from './people-tables.ts'
import type { RecipientTables } from './recipient-tables.ts'

/** The schema as kysely sees it; `migrations/` is its truth. bigint columns are read as numbers: all stay below 2^53. */
export interface Tables extends PeopleTables, RecipientTables {
  account: AccountTable
  api_key: ApiKeyTable
  document: DocumentTable
  page: PageTable
  fax: FaxTable
  fax_source: FaxSourceTable
  fax_tag: FaxTagTable
  attempt: AttemptTable
  attempt_journal: AttemptJournalTable
  destination_slot: DestinationSlotTable
  event: EventTable
  webhook: WebhookTable
  webhook_delivery: WebhookDeliveryTable
  webhook_attempt: WebhookAttemptTable
  idempotency_key: IdempotencyKeyTable
  audit_entry: AuditEntryTable
  audit_leaf: AuditLeafTable
  audit_subtree: AuditSubtreeTable
  audit_tree: AuditTreeTable
  audit_checkpoint: AuditCheckpointTable
  audit_key: AuditKeyTable
  trunk: TrunkTable
  trunk_call: TrunkCallTable
  trunk_pace: TrunkPaceTable
  rate_bucket: RateBucketTable
  route_memory: RouteMemoryTable
  received_fax: ReceivedFaxTable
  received_page: ReceivedPageTable
  provider: ProviderTable
  upstream_notice: UpstreamNoticeTable
  reconciliation: ReconciliationTable
  contradiction: ContradictionTable
  received_note: ReceivedNoteTable
  received_words: ReceivedWordsTable
  mailbox: MailboxTable
  phone_number: PhoneNumberTable
  inbound_route: InboundRouteTable
  blocked_call: BlockedCallTable
  notice: NoticeTable
  associate: AssociateTables['associate']
  associate_agreement: AssociateTables['associate_agreement']

  retention_policy: RetentionPolicyTable
  legal_hold: LegalHoldTable
  held_fax: HeldFaxTable
  destruction_certificate: DestructionCertificateTable
  doomed_blob: DoomedBlobTable
  installation_key: InstallationKeyTable
}

type Mode = 'test' | 'live'

interface RetentionPolicyTable {
  account_id: string
  mode: Mode
  rules: Json
  changed_at: Date
}

interface LegalHoldTable {
  id: string
  account_id: string
  mode: Mode
  kind: HoldKind
  target_id: string | null
  target_sealed: Buffer | null
  reason_sealed: Buffer
  created_at: Date
  created_by: string
  released_at: Date | null
  released_by: string | null
}

interface HeldFaxTable {
  hold_id: string
  subject_id: string
  account_id: string
}

interface DestructionCertificateTable {
  id: string
  account_id: string
  mode: Mode
  made_at: Date
  reason: DestructionReason
  fax_count: number
  document_count: number
  note: string
}

interface DoomedBlobTable {
  blob_key: string
  account_id: string
}

interface InstallationKeyTable {
  sole: Generated<boolean>
  wrapped: Buffer
  created_at: Date
}

type BigInteger = ColumnType<number, number | undefined, number>
type Json = ColumnType<Record<string, unknown>, string, string>

interface AccountTable {
  id: string
  name: string
  wrapped_key: Buffer
  test_clock_offset_ms: BigInteger
  settings: Json
  created_at: Date
  wrapped_by: Generated<string | null>
  key_rotated_at: Generated<Date | null>
}

interface ApiKeyTable {
  id: string
  account_id: string
  mode: Mode
  name: string
  hash: Buffer
  hint: string
  scopes: string[]
  created_at: Date
  expires_at: Date | null
  last_used_at: Date | null
  revoked_at: Date | null
  replaced_by: string | null
  allowed_addresses: string[] | null
  made_by: string | null
}

interface RateBucketTable {
  caller: string
  tokens: number
  quota: number
  per_second: number
  at: Date
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

interface FaxTagTable {
  account_id: string
  mode: Mode
  tag: string
  fax_id: string
}

interface FaxSourceTable {
  fax_id: string
  account_id: string
  position: number
  document_id: string
  pages: string[] | null
}

interface AttemptTable {
  id: string
  account_id: string
  fax_id: string
  number: number
  line: string
  first_page: number
  started_at: Date
  connected_at: Date | null
  ended_at: Date | null
  disposition: string | null
  pages_confirmed: Generated<number>
  data_exchanged: 'none' | 'some' | 'unknown' | null
  sip_status: number | null
  q850_cause: number | null
  t30_result: string | null
  bit_rate: number | null
  ecm: boolean | null
  remote_id_sealed: Buffer | null
  trunk_id: string | null
  failed_over: Generated<boolean>
  remote_nsf_sealed: Buffer | null
  answered_after_ms: number | null
  timeline_sealed: Buffer | null
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

interface EventTable {
  position: Generated<number>
  xid: Generated<string>
  id: string
  account_id: string
  mode: Mode
  type: string
  subject_id: string | null
  sequence: number
  data: Json
  created_at: Date
}

interface WebhookTable {
  id: string
  account_id: string
  mode: Mode
  dialect: 'ifax' | 'native'
  url_sealed: Buffer
  event_types: string[]
  include_numbers: boolean
  secret_sealed: Buffer
  previous_secret_sealed: Buffer | null
  previous_secret_until: Date | null
  basic_auth_sealed: Buffer | null
  status: 'enabled' | 'disabled'
  disabled_reason: string | null
  description: string | null
  created_at: Date
  number_ids: string[] | null
  multipart: Generated<boolean>
}

interface WebhookDeliveryTable {
  id: string
  account_id: string
  mode: Mode
  webhook_id: string
  event_id: string
  status: 'pending' | 'delivered' | 'failed'
  attempt_count: Generated<number>
  next_attempt_at: Date | null
  created_at: Date
  ended_at: Date | null
  replayed_at: Date | null
  attempts_before: Generated<number>
  lease_token: BigInteger
  lease_until: Date | null
}

interface WebhookAttemptTable {
  delivery_id: string
  account_id: string
  number: number
  at: Date
  duration_ms: number
  response_status: number | null
  error_code: string | null
}

interface IdempotencyKeyTable {
  account_id: string
  mode: Mode
  key_hash: Buffer
  request_hash: Buffer
  state: 'in_flight' | 'done'
  response_status: number | null
  response_sealed: Buffer | null
  locked_until: Date
  expires_at: Date
}

interface AuditEntryTable {
  position: Generated<number>
  account_id: string
  mode: Mode
  at: Date
  actor_kind: string
  actor_id: string
  request_id: string | null
  action: string
  subject_id: string | null
  detail: Json
  parties_sealed: Buffer | null
  xid: Generated<string>
  salt: Generated<string>
}

interface AuditLeafTable {
  index: number
  position: number
  account_id: string
  mode: Mode
  previous: number | null
  hash: Buffer
}

interface AuditSubtreeTable {
  level: number
  index: number
  hash: Buffer
}

interface AuditTreeTable {
  size: number
  frontier: Buffer[]
  settled_xid: string
  settled_position: number
}

interface AuditCheckpointTable {
  size: number
  root: Buffer
  note: string
  made_at: Date
}

interface AuditKeyTable {
  public_key: Buffer
  private_wrapped: Buffer
  created_at: Date
}

interface TrunkTable {
  id: string
  account_id: string
  mode: Mode
  settings: Json
  secret_sealed: Buffer | null
  media_protection: 'none' | 'vpn' | 'private_interconnect' | null
  acknowledged_at: Date | null
  acknowledged_by: string | null
  created_at: Date
  updated_at: Date
}

interface TrunkCallTable {
  trunk_id: string
  place: number
  fax_id: string
  lease_until: Date
}

interface TrunkPaceTable {
  trunk_id: string
  next_call_at: Date
}

interface RouteMemoryTable {
  account_id: string
  number_hash: Buffer
  trunk_id: string
  succeeded_at: Date | null
  failed_at: Date | null
  failure: string | null
  t38_refused_at: Date | null
  t38_mode: 'offer' | 'wait' | null
  ecm: boolean | null
  bit_rate: number | null
}

interface ReceivedFaxTable {
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
  disposition: string | null
  code: string | null
  message: string | null
  sip_status: number | null
  q850_cause: number | null
  t30_result: string | null
  bit_rate: number | null
  ecm: boolean | null
  remote_id_sealed: Buffer | null
  remote_nsf_sealed: Buffer | null
  timeline_sealed: Buffer | null
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

interface MailboxTable {
  id: string
  account_id: string
  mode: Mode
  is_default: boolean
  name: string
  department: string | null
  owner: string
  escalate_to: string | null
  urgent_minutes: number
  normal_minutes: number
  notify_sealed: Buffer | null
  created_at: Date
  updated_at: Date
}

interface PhoneNumberTable {
  id: string
  account_id: string
  mode: Mode
  number_id: BigInteger
  order_id: Generated<string>
  number: string
  carrier: 'sandbox' | 'sip' | 'ifax'
  carrier_ref: ColumnType<Record<string, unknown> | null, string | null, string | null>
  trunk_id: string | null
  mailbox_id: string | null
  settings: Json
  created_at: Date
  updated_at: Date
  released_at: Date | null
}

interface InboundRouteTable {
  id: string
  account_id: string
  mode: Mode
  position: number
  name: string
  enabled: boolean
  number_id: string | null
  conditions_sealed: Buffer
  actions: Json
  created_at: Date
  updated_at: Date
}

interface BlockedCallTable {
  id: string
  account_id: string
  mode: Mode
  route_id: string | null
  number_id: string | null
  reason: string
  from_sealed: Buffer | null
  at: Date
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

interface NoticeTable {
  id: string
  account_id: string
  mode: Mode
  received_fax_id: string
  mailbox_id: string
  kind: 'arrived' | 'escalated'
  occasion: string
  to_sealed: Buffer
  to_hash: Buffer
  status: 'pending' | 'sent' | 'failed'
  attempt_count: Generated<number>
  error: NoticeError | null
  next_attempt_at: Date | null
  lease_token: BigInteger
  lease_until: Date | null
  created_at: Date
  ended_at: Date | null
}
