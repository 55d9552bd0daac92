import type { Generated } from 'kysely'
import type { Mode } from '../../../domain/fax/fax.ts'
import type { IncidentOutcome } from '../../../domain/recipients/incident.ts'
import type {
  Confirmation,
  RecipientSource,
  StoredRecipientState,
  Suspension,
} from '../../../domain/recipients/recipient.ts'

export interface RecipientTables {
  recipient: RecipientTable
  incident: IncidentTable
}

interface RecipientTable {
  id: string
  account_id: string
  mode: Mode
  number_sealed: Buffer
  number_hash: Buffer
  details_sealed: Buffer
  source: RecipientSource
  state: StoredRecipientState
  confirmed_how: Confirmation | null
  confirmed_by: string | null
  confirmed_at: Date | null
  last_delivered_at: Date | null
  suspended_why: Suspension | null
  suspended_at: Date | null
  voice_answers: Generated<number>
  identities_sealed: Buffer | null
  code_fax_id: string | null
  code_hash: Buffer | null
  code_tries_left: Generated<number>
  code_expires_at: Date | null
  created_by: string
  created_at: Date
  updated_at: Date
}

interface IncidentTable {
  id: string
  account_id: string
  mode: Mode
  fax_id: string
  recipient_id: string
  note_sealed: Buffer
  worksheet_sealed: Buffer | null
  outcome: IncidentOutcome | null
  reported_by: string
  discovered_at: Date
  closed_by: string | null
  closed_at: Date | null
  created_at: Date
}
