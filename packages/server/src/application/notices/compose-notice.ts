import { isTakenUp } from '../../domain/inbox/inbox.ts'
import { type FaxNoticeKind, isOfFax } from '../../domain/notices/notice.ts'
import type { NoticeRow } from '../../ports/store/notice-store.ts'
import type { Tx } from '../../ports/store/store.ts'
import { readAccount } from '../account-now.ts'
import type { Services } from '../services.ts'
import { composeAssociateNotice } from './associate-notice.ts'
import { composeBreakGlassNotice } from './break-glass-notice.ts'
import type { Letter } from './letter.ts'
import { noticeText } from './notice-text.ts'
import { openNoticeAddress } from './request-notices.ts'

/**
 * What a notice says, read when it leaves: it may have waited for a mail server while things went on.
 * @returns `undefined` when there is nothing to tell any more, or nobody
 */
export async function composeNotice(
  services: Services,
  tx: Tx,
  notice: NoticeRow,
): Promise<Letter | undefined> {
  if (isOfFax(notice.kind)) return composeFaxNotice(services, tx, notice, notice.kind)
  const owners = await tx.members.activeOwners()
  return notice.kind === 'associate_expiring'
    ? composeAssociateNotice(services, tx, notice, owners)
    : composeBreakGlassNotice(services, tx, notice, owners)
}

async function composeFaxNotice(
  services: Services,
  tx: Tx,
  notice: NoticeRow,
  kind: FaxNoticeKind,
): Promise<Letter | undefined> {
  const received = await tx.received.get(notice.subjectId)
  // Where it lies now: it may have been moved since.
  const mailbox = received && (await tx.mailboxes.get(received.mailboxId))
  if (!received || !mailbox || (kind === 'escalated' && isTakenUp(received.mark))) return undefined
  const { keys, row } = await readAccount(services, tx)
  const { timeZone } = row.settings
  const { publicUrl } = services.policy
  const words = noticeText({ kind, mailboxName: mailbox.name, received, timeZone, publicUrl })
  return { to: openNoticeAddress(keys, notice), ...words }
}
