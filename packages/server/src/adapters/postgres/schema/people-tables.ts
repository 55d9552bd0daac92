import type { ColumnType, Generated } from 'kysely'
import type { Mode } from '../../../domain/fax/fax.ts'

type Counter = ColumnType<number, number, number>

export interface PeopleTables {
  person: PersonTable
  member: MemberTable
  invitation: InvitationTable
  session: SessionTable
  passkey: PasskeyTable
  backup_code: BackupCodeTable
  password_reset: PasswordResetTable
  ceremony: CeremonyTable
  guess: GuessTable
  federated_identity: FederatedIdentityTable
  break_glass: BreakGlassTable
}

interface PersonTable {
  id: string
  email: string
  name: string
  status: 'active' | 'disabled'
  password_hash: string | null
  totp_wrapped: Buffer | null
  totp_confirmed_at: Date | null
  totp_step: Counter
  created_at: Date
  disabled_at: Date | null
}

interface Placed {
  role: string
  departments: string[] | null
  modes: Mode[]
}

interface MemberTable extends Placed {
  account_id: string
  person_id: string
  status: 'active' | 'disabled'
  created_at: Date
  changed_at: Date
}

interface InvitationTable extends Placed {
  id: string
  account_id: string
  email: string
  token_hash: Buffer
  invited_by: string
  created_at: Date
  expires_at: Date
  accepted_at: Date | null
  revoked_at: Date | null
}

interface SessionTable {
  id: string
  person_id: string
  token_hash: Buffer
  state: 'pending' | 'active'
  method: string
  address: string
  created_at: Date
  last_seen_at: Date
  second_factor_at: Date | null
  ended_at: Date | null
  end_reason: string | null
}

interface PasskeyTable {
  id: string
  person_id: string
  credential_id: Buffer
  public_key: Buffer
  sign_count: Counter
  transports: string[]
  name: string
  created_at: Date
  last_used_at: Date | null
}

interface BackupCodeTable {
  person_id: string
  hash: Buffer
  used_at: Date | null
}

interface PasswordResetTable {
  person_id: string
  token_hash: Buffer
  expires_at: Date
}

interface CeremonyTable {
  hash: Buffer
  kind: string
  person_id: string | null
  expires_at: Date
}

interface GuessTable {
  subject: Buffer
  count: number
  since: Date
}

interface FederatedIdentityTable {
  issuer: string
  subject: string
  person_id: string
  created_at: Date
}

interface BreakGlassTable {
  id: string
  account_id: string
  mode: Mode
  person_id: string
  session_id: string
  reason_sealed: Buffer
  created_at: Date
  expires_at: Date
  reviewed_at: Date | null
  reviewed_by: string | null
  outcome: 'justified' | 'not_justified' | null
  note_sealed: Buffer | null
  alarmed_at: ColumnType<Date | null, never, Date>
  alarms: Generated<number>
}
