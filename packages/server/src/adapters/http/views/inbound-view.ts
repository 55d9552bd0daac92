import type { OpenReceived } from '../../../application/inbox/open-received.ts'
import type { ReceivedDetail } from '../../../application/inbox/read-received.ts'
import { maskNumber } from '../../../domain/numbers/number.ts'
import { timeOrNull } from './time.ts'
import { timelineView } from './timeline-view.ts'

/** @param showContent whether the reader may see the pages, and so whole telephone numbers and whose papers they are */
export function inboundSummaryView(opened: OpenReceived, showContent: boolean) {
  const { received, to, from, remoteId } = opened
  const shown = showContent ? (number: string) => number : maskNumber
  const self = `/v2/inbound/${received.id}`
  return {
    id: received.id,
    jobId: received.jobId,
    transactionId: received.transactionId,
    livemode: received.mode === 'live',
    direction: 'inbound' as const,
    status: received.status,
    line: received.line,
    trunkId: received.trunkId,
    to: shown(to),
    from: from === null ? null : shown(from),
    // A TSI is a telephone number as a rule.
    remoteId: remoteId === null ? null : shown(remoteId),
    pageCount: received.pageCount,
    badRows: received.badRows,
    disposition: received.disposition,
    code: received.code,
    message: received.message,
    sipStatus: received.sipStatus,
    q850Cause: received.q850Cause,
    t30Result: received.t30Result,
    bitRate: received.bitRate,
    ecm: received.ecm,
    startedAt: received.startedAt.toISOString(),
    endedAt: timeOrNull(received.endedAt),
    numberId: received.numberId,
    mailboxId: received.mailboxId,
    owner: opened.owner,
    assignee: received.assignee,
    mark: received.mark,
    markedAt: timeOrNull(received.markedAt),
    spamReason: received.spamReason,
    priority: received.priority,
    dueAt: timeOrNull(received.dueAt),
    escalatedAt: timeOrNull(received.escalatedAt),
    origin: received.origin,
    originIds: [...received.originIds],
    duplicateOf: received.duplicateOf,
    replyTo: received.replyTo,
    patient: showContent ? opened.patient : null,
    textState: received.textState,
    contentDeletedAt: timeOrNull(received.contentDeletedAt),
    shreddedAt: timeOrNull(received.shreddedAt),
    links: { self, content: `${self}/content`, notes: `${self}/notes` },
  }
}

export function inboundView(opened: ReceivedDetail, showContent: boolean) {
  return {
    ...inboundSummaryView(opened, showContent),
    sequence: opened.received.sequence,
    pages: opened.pages.map((page) => pageView(page, showContent)),
    noteCount: opened.noteCount,
    derivedIds: [...opened.derivedIds],
    ...(opened.timeline === undefined ? {} : { timeline: timelineView(opened.timeline, showContent) }),
  }
}

function pageView(page: ReceivedDetail['pages'][number], showContent: boolean) {
  const { number, width, rows, resolution, badRows, quality, receivedAt, rotation, barcodes } = page
  return {
    ...{ number, width, rows, resolution, badRows, quality, rotation },
    receivedAt: receivedAt.toISOString(),
    barcodes: showContent ? barcodes.map(({ format, text }) => ({ format, text })) : [],
  }
}
