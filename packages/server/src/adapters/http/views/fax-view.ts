import type { OpenFax } from '../../../application/faxes/open-fax.ts'
import type { OpenAttempt } from '../../../application/sending/list-attempts.ts'
import type { AcceptedFax } from '../../../application/sending/record-accepted.ts'
import { DISPOSITIONS } from '../../../domain/fax/disposition.ts'
import type { FaxStatus, Mode } from '../../../domain/fax/fax.ts'
import { maskNumber } from '../../../domain/numbers/number.ts'
import { nativeEvent } from '../../../domain/webhooks/native-event.ts'
import type { EventRow } from '../../../ports/store/event-store.ts'
import type { PageRow } from '../../../ports/store/page-store.ts'
import { timeOrNull } from './time.ts'
import { timelineView } from './timeline-view.ts'

/** Statuses in which `nextActionAt` is a call that is due, and not the work in hand. */
const WAITING: readonly FaxStatus[] = ['scheduled', 'queued', 'retrying']

function faxLinks(id: string) {
  const self = `/v2/faxes/${id}`
  return { self, attempts: `${self}/attempts`, events: `${self}/events`, content: `${self}/content` }
}

export function acceptedView(accepted: AcceptedFax, mode: Mode) {
  return {
    id: accepted.id,
    jobId: accepted.jobId,
    status: accepted.status,
    livemode: mode === 'live',
    createdAt: accepted.createdAt.toISOString(),
    sendAt: timeOrNull(accepted.sendAt ?? null),
    hold: accepted.hold ?? null,
    warnings: [...(accepted.warnings ?? [])],
    links: faxLinks(accepted.id),
  }
}

/** @param showNumbers whether the reader may see whole telephone numbers, and whose papers it is */
export function faxSummaryView({ fax, to, from, clientReference, patient }: OpenFax, showNumbers: boolean) {
  const shown = showNumbers ? (number: string) => number : maskNumber
  return {
    id: fax.id,
    jobId: fax.jobId,
    livemode: fax.mode === 'live',
    direction: 'outbound' as const,
    status: fax.status,
    to: shown(to),
    from: from === null ? null : shown(from),
    pageCount: fax.pageCount,
    pagesConfirmed: fax.pagesConfirmed,
    estimatedSeconds: roundedOrNull(fax.estimatedSeconds),
    attemptCount: fax.attemptCount,
    nextAttemptAt:
      WAITING.includes(fax.status) && fax.holdReason === null ? timeOrNull(fax.nextActionAt) : null,
    hold: holdView(fax),
    disposition: fax.disposition,
    code: fax.code,
    message: fax.message ?? (fax.disposition === null ? null : DISPOSITIONS[fax.disposition].sentence),
    tags: [...fax.tags],
    clientReference,
    patient: showNumbers ? patient : null,
    purpose: fax.purpose,
    resendOf: fax.resendOf,
    createdAt: fax.createdAt.toISOString(),
    sendAt: timeOrNull(fax.sendAt),
    startedAt: timeOrNull(fax.startedAt),
    endedAt: timeOrNull(fax.endedAt),
    contentDeletedAt: timeOrNull(fax.contentDeletedAt),
    shreddedAt: timeOrNull(fax.shreddedAt),
    links: faxLinks(fax.id),
  }
}

function holdView({ holdReason, heldAt, holdNeighbours }: OpenFax['fax']) {
  if (holdReason === null || heldAt === null) return null
  return { reason: holdReason, since: heldAt.toISOString(), neighbours: [...(holdNeighbours ?? [])] }
}

export function faxView(opened: OpenFax & { readonly pages: readonly PageRow[] }, showNumbers: boolean) {
  const { fax, pages } = opened
  return {
    ...faxSummaryView(opened, showNumbers),
    priority: fax.priority,
    resolution: fax.resolution,
    paper: fax.paper,
    renderMode: fax.renderMode,
    sequence: fax.sequence,
    deadlineAt: timeOrNull(fax.deadlineAt),
    cancelRequestedAt: timeOrNull(fax.cancelRequestedAt),
    pages: pages.map((page) => ({
      number: page.number,
      kind: page.kind,
      resolution: page.resolution,
      width: page.width,
      rows: page.rows,
      estimatedSeconds: rounded(page.estimatedSeconds),
    })),
  }
}

/** @param showNumbers whether the reader may see whole telephone numbers */
export function attemptView(opened: OpenAttempt, showNumbers: boolean) {
  const { attempt, remoteId, remoteNsf, trunk, journal, timeline } = opened
  const facts = attempt.disposition === null ? undefined : DISPOSITIONS[attempt.disposition]
  return {
    id: attempt.id,
    number: attempt.number,
    line: attempt.line,
    trunk,
    upstream: upstreamView(opened),
    firstPage: attempt.firstPage,
    startedAt: attempt.startedAt.toISOString(),
    connectedAt: timeOrNull(attempt.connectedAt),
    endedAt: timeOrNull(attempt.endedAt),
    disposition: attempt.disposition,
    code: facts?.code ?? null,
    message: facts?.sentence ?? null,
    pagesConfirmed: attempt.pagesConfirmed,
    dataExchanged: attempt.dataExchanged,
    failedOver: attempt.failedOver,
    answeredAfterMs: attempt.answeredAfterMs,
    sipStatus: attempt.sipStatus,
    q850Cause: attempt.q850Cause,
    t30Result: attempt.t30Result,
    bitRate: attempt.bitRate,
    ecm: attempt.ecm,
    // A CSI is a telephone number as a rule.
    remoteId: remoteId === null || showNumbers ? remoteId : maskNumber(remoteId),
    remoteNsf,
    journal: journal.map(({ at, kind, page }) => ({ at: at.toISOString(), kind, page: page ?? null })),
    ...(timeline === undefined ? {} : { timeline: timelineView(timeline, showNumbers) }),
  }
}

/** What a provider says of a call that it placed: its word, and none of our own. */
function upstreamView({ attempt, provider }: OpenAttempt) {
  if (provider === null) return null
  return {
    providerId: provider.id,
    name: provider.name,
    reference: attempt.upstreamRef,
    code: attempt.upstreamCode,
    cause: attempt.upstreamCause,
    evidence: 'provider' as const,
  }
}

export function eventView(event: EventRow, mode: Mode) {
  return nativeEvent(event, mode === 'live')
}

/** Hundredths of a second are more than an estimate can promise. */
function rounded(seconds: number): number {
  return Math.round(seconds * 100) / 100
}

function roundedOrNull(seconds: number | null): number | null {
  return seconds === null ? null : rounded(seconds)
}
