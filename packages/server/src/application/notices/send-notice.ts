import { isOfFax, type NoticeError, nextNoticeAttempt } from '../../domain/notices/notice.ts'
import { type Mail, MailError, type Mailer } from '../../ports/mailer.ts'
import type { NoticeRow } from '../../ports/store/notice-store.ts'
import type { Scope } from '../../ports/store/scope.ts'
import type { Tx } from '../../ports/store/store.ts'
import { recordAudit, WORKER } from '../record-change.ts'
import type { Services } from '../services.ts'
import { composeNotice } from './compose-notice.ts'

/** Longer than the mailer waits for any server: a worker that still holds the notice then is dead. */
const LEASE_MS = 90_000

interface Claimed {
  readonly notice: NoticeRow
  readonly mail: Mail
}

/**
 * Sends one notice, once, and decides what follows. Does nothing when it is not due, has ended, or another worker holds it.
 *
 * At least once: a worker that dies between the server's word and its own record leaves the notice due again, and the
 * copy has the same Message-ID.
 */
export async function sendNotice(services: Services, scope: Scope, noticeId: string): Promise<void> {
  const claimed = await services.store.asAccount(scope, (tx) => claim(services, tx, noticeId))
  if (!claimed) return
  const error = await send(services.mailer, claimed.mail)
  await services.store.asAccount(scope, (tx) => conclude(services, tx, claimed.notice, error))
}

async function claim(services: Services, tx: Tx, noticeId: string): Promise<Claimed | undefined> {
  const now = new Date(services.clock.now())
  const notice = await tx.notices.claim(noticeId, now, new Date(now.getTime() + LEASE_MS))
  if (!notice) return undefined
  const letter = await composeNotice(services, tx, notice)
  if (letter) return { notice, mail: { id: notice.id, at: now, ...letter } }
  const { id, leaseToken, error } = notice
  await tx.notices.conclude(id, leaseToken, { at: now, status: 'dropped', error, next: null })
  services.log.info('notice.dropped', { noticeId: id })
  return undefined
}

async function send(mailer: Mailer | undefined, mail: Mail): Promise<NoticeError | null> {
  if (!mailer) return 'not_configured'
  try {
    await mailer.send(mail)
    return null
  } catch (error) {
    if (error instanceof MailError) return error.code
    throw error
  }
}

async function conclude(
  services: Services,
  tx: Tx,
  notice: NoticeRow,
  error: NoticeError | null,
): Promise<void> {
  const at = new Date(services.clock.now())
  const attempts = notice.attemptCount + 1
  const next = error === null ? null : nextNoticeAttempt(notice.kind, attempts, error, at)
  const status = error === null ? 'sent' : next ? 'pending' : 'failed'
  if (!(await tx.notices.conclude(notice.id, notice.leaseToken, { at, status, error, next }))) return
  const { kind, subjectId, mailboxId } = notice
  const inbound = isOfFax(kind) ? { inboundId: subjectId } : {}
  const told = { noticeId: notice.id, ...inbound, status, attempt: attempts }
  if (error === null) services.log.info('notice.sent', told)
  else services.log.warn('notice.not_sent', { ...told, code: error })
  if (next) {
    const job = { name: 'send-notice', scope: tx.scope, subjectId: notice.id } as const
    await services.queue.enqueue(tx, job, { startAfter: next })
    return
  }
  const place = mailboxId === null ? {} : { mailboxId }
  const detail = { noticeId: notice.id, kind, ...place, attempts, ...(error === null ? {} : { error }) }
  const action = error === null ? 'notice.sent' : 'notice.failed'
  await recordAudit(services, tx, WORKER, action, subjectId, detail)
}
