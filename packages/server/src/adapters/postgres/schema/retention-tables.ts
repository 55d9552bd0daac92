import type { Mode } from '../../../domain/fax/fax.ts'
import type { DestructionReason } from '../../../domain/retention/certificate.ts'
import type { HoldKind } from '../../../domain/retention/legal-hold.ts'
import type { Json } from './columns.ts'

export interface RetentionTables {
  retention_policy: RetentionPolicyTable
  legal_hold: LegalHoldTable
  held_fax: HeldFaxTable
  destruction_certificate: DestructionCertificateTable
  doomed_blob: DoomedBlobTable
}

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
