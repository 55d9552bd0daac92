import type { NoticeView } from '../../../application/notices/list-notices.ts'
import type { OpenMailbox } from '../../../application/sealed/mailbox-secrets.ts'
import { isEmailAddress } from '../../../domain/email-address.ts'
import { timeOrNull } from './time.ts'

/** Whether mail goes to addresses that stand somewhere. */
export type NoticesState = 'off' | 'on' | 'not_configured'

/** @param canMail whether this server has a mail server to send through */
export function noticesState(addresses: readonly string[], canMail: boolean): NoticesState {
  if (addresses.length === 0) return 'off'
  return canMail ? 'on' : 'not_configured'
}

/** @param canMail whether this server has a mail server to send through */
export function mailboxView(mailbox: OpenMailbox, canMail: boolean) {
  const { notify, createdAt, updatedAt, ...rest } = mailbox
  const escalation = mailbox.escalateTo ?? mailbox.owner
  return {
    ...rest,
    notify: [...notify],
    notices: noticesState([...notify, ...(isEmailAddress(escalation) ? [escalation] : [])], canMail),
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
