import type { OpenReceived, ReceivedDetail } from '../../../application/read-received.ts'
import { maskNumber } from '../../../domain/number.ts'
import { timeOrNull } from './time.ts'
import { timelineView } from './timeline-view.ts'

/** @param showNumbers whether the reader may see whole telephone numbers */
export function inboundSummaryView({ received, to, from, remoteId }: OpenReceived, showNumbers: boolean) {
  const shown = showNumbers ? (number: string) => number : maskNumber
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
    links: { self, content: `${self}/content` },
  }
}

export function inboundView(opened: ReceivedDetail, showNumbers: boolean) {
  return {
    ...inboundSummaryView(opened, showNumbers),
    sequence: opened.received.sequence,
    pages: opened.pages.map(({ number, width, rows, resolution, badRows, quality, receivedAt }) => ({
      ...{ number, width, rows, resolution, badRows, quality },
      receivedAt: receivedAt.toISOString(),
    })),
    ...(opened.timeline === undefined ? {} : { timeline: timelineView(opened.timeline) }),
  }
}
