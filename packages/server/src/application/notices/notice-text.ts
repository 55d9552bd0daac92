import type { FaxNoticeKind } from '../../domain/notices/notice.ts'
import type { ReceivedFaxRow } from '../../ports/store/received-store.ts'
import { formatLocalTime } from '../local-time.ts'

export interface NoticeFacts {
  readonly kind: FaxNoticeKind
  readonly mailboxName: string
  readonly received: Pick<
    ReceivedFaxRow,
    'id' | 'mode' | 'status' | 'pageCount' | 'priority' | 'startedAt' | 'endedAt' | 'dueAt'
  >
  /** Of the account; absent: UTC. */
  readonly timeZone?: string
  /** Where this server is reached; absent: there is no link. */
  readonly publicUrl?: string
}

/**
 * What a notice says: that a fax is there, and how to find it. Mail is read on phones and passes servers of others, so it holds no number, no
 * name and nothing of what stands on the pages.
 */
export function noticeText(facts: NoticeFacts): { subject: string; text: string } {
  const { kind, mailboxName, received, publicUrl } = facts
  const time = (at: Date) => formatLocalTime(at.getTime(), facts.timeZone)
  const urgent = received.priority === 'urgent' ? 'Urgent: ' : ''
  const test = received.mode === 'test' ? '[Test] ' : ''
  const headline = kind === 'arrived' ? 'a fax came' : 'a fax is waiting'
  const lines = [
    kind === 'arrived'
      ? `A fax came to the mailbox ${mailboxName}.`
      : `Nobody has taken up a fax in the mailbox ${mailboxName}.`,
    '',
    `Received: ${time(received.endedAt ?? received.startedAt)}`,
    `Pages:    ${pagesOf(received)}`,
    `Priority: ${received.priority}`,
    ...(received.dueAt ? [`Due:      ${time(received.dueAt)}`] : []),
    `Fax:      ${received.id}`,
    ...(publicUrl === undefined ? [] : ['', `${publicUrl}/v2/inbound/${received.id}`]),
    '',
  ]
  return { subject: `${test}${urgent}${headline} (${mailboxName})`, text: lines.join('\n') }
}

function pagesOf({ pageCount, status }: NoticeFacts['received']): string {
  return status === 'partially_received' ? `${pageCount}; the call ended early` : String(pageCount)
}
