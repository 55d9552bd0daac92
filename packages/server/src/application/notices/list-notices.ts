import { maskEmail } from '../../domain/email-address.ts'
import type { FaxNoticeKind, NoticeStatus } from '../../domain/notices/notice.ts'
import { Problem } from '../../domain/problem/problem.ts'
import type { AccountKeys } from '../../ports/keyring.ts'
import type { NoticeRow } from '../../ports/store/notice-store.ts'
import type { Scope } from '../../ports/store/scope.ts'
import { readAccount } from '../account-now.ts'
import { assertCursor } from '../page-cursor.ts'
import type { Services } from '../services.ts'
import { openNoticeAddress } from './request-notices.ts'

export interface NoticeView
  extends Pick<
    NoticeRow,
    'id' | 'status' | 'attemptCount' | 'error' | 'nextAttemptAt' | 'createdAt' | 'endedAt'
  > {
  readonly kind: FaxNoticeKind
  readonly receivedFaxId: string
  readonly mailboxId: string
  /** Its first letter and its domain. */
  readonly to: string
}

export interface NoticeQuery {
  readonly status?: NoticeStatus
  readonly cursor?: string
  readonly limit: number
}

/** Mails about the faxes of a mailbox, newest first. @throws Problem `mailbox.not_found`, `request.invalid` */
export async function listNotices(
  services: Services,
  scope: Scope,
  mailboxId: string,
  { status, cursor, limit }: NoticeQuery,
): Promise<{ readonly notices: readonly NoticeView[]; readonly nextCursor: string | null }> {
  assertCursor('ntc', cursor)
  return services.store.asAccount(scope, async (tx) => {
    if (!(await tx.mailboxes.get(mailboxId))) throw new Problem('mailbox.not_found')
    const { keys } = await readAccount(services, tx)
    const rows = await tx.notices.list({ mailboxId, status, afterId: cursor, limit: limit + 1 })
    const page = rows.slice(0, limit)
    const notices = page.map((notice) => viewOf(keys, notice, mailboxId))
    return { notices, nextCursor: rows.length > limit ? page.at(-1)!.id : null }
  })
}

/** Nothing but faxes lies in a mailbox. */
function viewOf(keys: AccountKeys, notice: NoticeRow, mailboxId: string): NoticeView {
  const { id, status, attemptCount, error, nextAttemptAt, createdAt, endedAt } = notice
  return {
    ...{ id, status, attemptCount, error, nextAttemptAt, createdAt, endedAt, mailboxId },
    kind: notice.kind as FaxNoticeKind,
    receivedFaxId: notice.subjectId,
    to: maskEmail(openNoticeAddress(keys, notice)),
  }
}
