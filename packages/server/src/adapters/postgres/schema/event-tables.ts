import type { Generated } from 'kysely'
import type { Mode } from '../../../domain/fax/fax.ts'
import type { BigInteger, Json } from './columns.ts'

export interface EventTables {
  event: EventTable
  webhook: WebhookTable
  webhook_delivery: WebhookDeliveryTable
  webhook_attempt: WebhookAttemptTable
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
