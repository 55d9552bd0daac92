import { maskEmail } from '../../domain/email-address.ts'
import type { NoticeStatus } from '../../domain/inbox/notice.ts'
import { Problem } from '../../domain/problem/problem.ts'
import type { NoticeRow } from '../../ports/store/notice-store.ts'
import type { Scope } from '../../ports/store/scope.ts'
import { readAccount } from '../account-now.ts'
import { assertCursor } from '../page-cursor.ts'
import type { Services } from '../services.ts'
import { openNoticeAddress } from './request-notices.ts'

export interface NoticeView extends Omit<NoticeRow, 'toSealed' | 'toHash' | 'leaseToken'> {
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
    const notices = page.map(({ toSealed, toHash: _hash, leaseToken: _token, ...notice }) => ({
      ...notice,
      to: maskEmail(openNoticeAddress(keys, notice.id, toSealed)),
    }))
    return { notices, nextCursor: rows.length > limit ? page.at(-1)!.id : null }
  })
}
