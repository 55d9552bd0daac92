import type { Generated } from 'kysely'
import type { Mode } from '../../../domain/fax/fax.ts'
import type { BigInteger, Json } from './columns.ts'

export interface AccountTables {
  account: AccountTable
  api_key: ApiKeyTable
  installation_key: InstallationKeyTable
  idempotency_key: IdempotencyKeyTable
  rate_bucket: RateBucketTable
}

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

interface InstallationKeyTable {
  sole: Generated<boolean>
  wrapped: Buffer
  created_at: Date
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

interface RateBucketTable {
  caller: string
  tokens: number
  quota: number
  per_second: number
  at: Date
}
