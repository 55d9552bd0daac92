import type { Generated } from 'kysely'
import type { Mode } from '../../../domain/fax/fax.ts'
import type { Json } from './columns.ts'

export interface AuditTables {
  audit_entry: AuditEntryTable
  audit_leaf: AuditLeafTable
  audit_subtree: AuditSubtreeTable
  audit_tree: AuditTreeTable
  audit_checkpoint: AuditCheckpointTable
  audit_key: AuditKeyTable
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
