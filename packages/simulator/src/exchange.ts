import type { TimelineEntry } from '@answerback/protocol/t30/timeline'

/** What the telephone network makes of a call before any fax. Times are the callee's, in milliseconds. */
export type CallSetup =
  | {
      readonly kind: 'answers'
      readonly ringMs: number
      /** A trunk that carries no T.38 says 488 to the offer. */
      readonly takesT38: boolean
    }
  | {
      readonly kind: 'refused'
      /** 0: refused at once, without ringing. */
      readonly ringMs: number
      readonly status: number
      readonly reason: string
      readonly q850Cause: number
    }
  /** The carrier's server does not answer. */
  | { readonly kind: 'unreachable' }

export type SetupOutcome =
  /** Answered, and T.38 is up at `t38Ms`. */
  | { readonly kind: 'up'; readonly answeredMs: number; readonly t38Ms: number }
  | { readonly kind: 't38_refused'; readonly answeredMs: number; readonly status: number }
  | { readonly kind: 'refused'; readonly status: number; readonly q850Cause: number }
  /** No response to the INVITE before Timer B. */
  | { readonly kind: 'unreachable' }

export interface SetUpCall {
  readonly outcome: SetupOutcome
  readonly timeline: readonly TimelineEntry[]
}

/** A round trip to the exchange. */
const ROUND_TRIP_MS = 40
/** From INVITE to ringing. */
const POST_DIAL_MS = 800
/** After the answer; gateways want the audio path up before they take another offer. */
const OFFER_AFTER_MS = 200
/** RFC 3261 §17.1.1.2: T1; Timer A doubles from it, Timer B is 64 of it. */
const T1_MS = 500
const TIMER_B_MS = 64 * T1_MS

class Story {
  readonly entries: TimelineEntry[] = []

  tell(atMs: number, direction: TimelineEntry['direction'], what: string, detail?: TimelineEntry['detail']) {
    this.entries.push({ atMs, direction, what, ...(detail && { detail }) })
  }
}

/** A call of ours, from INVITE to T.38 or to the refusal, as a trunk would tell it. */
export function setUpOutgoing(setup: CallSetup): SetUpCall {
  const story = new Story()
  story.tell(0, 'sent', 'INVITE', { media: 'audio' })
  if (setup.kind === 'unreachable') return unreachable(story)
  story.tell(ROUND_TRIP_MS, 'received', '100')
  const ringingMs = ROUND_TRIP_MS + POST_DIAL_MS
  if (setup.ringMs > 0) story.tell(ringingMs, 'received', '180')
  const finalMs = ringingMs + setup.ringMs
  if (setup.kind === 'refused') {
    const { status, reason, q850Cause } = setup
    story.tell(finalMs, 'received', String(status), { reason, q850Cause })
    story.tell(finalMs, 'sent', 'ACK')
    return { outcome: { kind: 'refused', status, q850Cause }, timeline: story.entries }
  }
  story.tell(finalMs, 'received', '200', { media: 'audio' })
  story.tell(finalMs, 'sent', 'ACK')
  return offerT38(story, finalMs, setup.takesT38)
}

function offerT38(story: Story, answeredMs: number, takesT38: boolean): SetUpCall {
  const offeredMs = answeredMs + OFFER_AFTER_MS
  story.tell(offeredMs, 'sent', 're-INVITE', { media: 't38' })
  const t38Ms = offeredMs + ROUND_TRIP_MS
  if (!takesT38) {
    story.tell(t38Ms, 'received', '488', { reason: 'Not Acceptable Here' })
    story.tell(t38Ms, 'sent', 'ACK')
    story.tell(t38Ms, 'sent', 'BYE')
    return { outcome: { kind: 't38_refused', answeredMs, status: 488 }, timeline: story.entries }
  }
  story.tell(t38Ms, 'received', '200', { media: 't38' })
  story.tell(t38Ms, 'sent', 'ACK')
  return { outcome: { kind: 'up', answeredMs, t38Ms }, timeline: story.entries }
}

function unreachable(story: Story): SetUpCall {
  for (let atMs = T1_MS, waitMs = T1_MS; atMs < TIMER_B_MS; waitMs *= 2, atMs += waitMs) {
    story.tell(atMs, 'sent', 'INVITE', { repeated: true })
  }
  story.tell(TIMER_B_MS, 'local', 'Timer B ran out')
  return { outcome: { kind: 'unreachable' }, timeline: story.entries }
}

/** A call to us that we answer at once; the caller's gateway has T.38 in its first offer. */
export function setUpIncoming(): { readonly t38Ms: number; readonly timeline: readonly TimelineEntry[] } {
  const story = new Story()
  story.tell(0, 'received', 'INVITE', { media: 't38' })
  story.tell(0, 'sent', '200', { media: 't38' })
  story.tell(ROUND_TRIP_MS, 'received', 'ACK')
  return { t38Ms: ROUND_TRIP_MS, timeline: story.entries }
}
