import type { NoticeView } from '../../../application/list-notices.ts'
import type { OpenMailbox } from '../../../application/mailbox-secrets.ts'
import { timeOrNull } from './time.ts'

/** @param canMail whether this server has a mail server to send through */
export function mailboxView(mailbox: OpenMailbox, canMail: boolean) {
  const { notify, createdAt, updatedAt, ...rest } = mailbox
  const notices = notify.length === 0 ? 'off' : canMail ? 'on' : 'not_configured'
  return {
    ...rest,
    notify: [...notify],
    notices: notices as 'off' | 'on' | 'not_configured',
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  }
}

export function noticeView(notice: NoticeView) {
  const { id, receivedFaxId, kind, to, status, attemptCount, error, nextAttemptAt, createdAt, endedAt } =
    notice
  return {
    ...{ id, inboundId: receivedFaxId, kind, to, status, attemptCount, error },
    nextAttemptAt: timeOrNull(nextAttemptAt),
    createdAt: createdAt.toISOString(),
    endedAt: timeOrNull(endedAt),
  }
}
