import type { ColumnType, Generated } from 'kysely'
import type { AssociateKind, AssociateSystem, ClauseAnswers } from '../../../domain/associates/associate.ts'
import type { Mode } from '../../../domain/fax/fax.ts'

export interface AssociateTables {
  associate: AssociateTable
  associate_agreement: AssociateAgreementTable
}

interface AssociateTable {
  id: string
  account_id: string
  mode: Mode
  name: string
  kind: AssociateKind
  contact: string
  trunk_ids: string[]
  provider_ids: string[]
  webhook_hosts: string[]
  systems: AssociateSystem[]
  exception_until: string | null
  exception_at: Date | null
  exception_by: string | null
  exception_reason_sealed: Buffer | null
  told: Generated<string | null>
  next_look_at: Date | null
  created_at: Date
  updated_at: Date
  ended_at: Generated<Date | null>
  ended_by: Generated<string | null>
}

interface AssociateAgreementTable {
  id: string
  account_id: string
  associate_id: string
  signed_on: string
  effective_on: string
  expires_on: string | null
  clauses: ColumnType<ClauseAnswers, string, never>
  document_id: string | null
  notes_sealed: Buffer
  created_at: Date
  created_by: string
}
