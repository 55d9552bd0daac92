import type { ColumnType, Generated } from 'kysely'
import type { Mode } from '../../../domain/fax/fax.ts'
import type { BigInteger, Json } from './columns.ts'

export interface InboxTables {
  mailbox: MailboxTable
  phone_number: PhoneNumberTable
  inbound_route: InboundRouteTable
  blocked_call: BlockedCallTable
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
