import type { Generated } from 'kysely'
import type { Mode } from '../../../domain/fax/fax.ts'
import type { NoticeError, NoticeKind, NoticeStatus } from '../../../domain/notices/notice.ts'
import type { BigInteger } from './columns.ts'

export interface NoticeTables {
  notice: NoticeTable
}

interface NoticeTable {
  id: string
  account_id: string
  mode: Mode
  received_fax_id: Generated<string | null>
  break_glass_id: Generated<string | null>
  associate_id: Generated<string | null>
  mailbox_id: string | null
  kind: NoticeKind
  occasion: string
  to_sealed: Buffer | null
  to_hash: Buffer | null
  person_id: string | null
  status: NoticeStatus
  attempt_count: Generated<number>
  error: NoticeError | null
  next_attempt_at: Date | null
  lease_token: BigInteger
  lease_until: Date | null
  created_at: Date
  ended_at: Date | null
}
