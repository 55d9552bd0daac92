import type { HostPort } from '../sip/address.ts'
import type { CallCause } from '../sip/call-end.ts'
import type { DriverAnswer } from '../t30/machine.ts'
import type { T30End } from '../t30/result.ts'
import type { TimelineEntry } from '../t30/timeline.ts'
import type { OwnerEffect } from '../t38/session.ts'

/** How T.38 is spoken on the trunk of a call. */
export interface FaxCallProfile {
  /**
   * Who asks for T.38 once the call is up: we at once, the far end, or we when the far end has not for a while. `off`: nobody,
   * and the far end's offer is refused, so that no fax comes about.
   */
  readonly t38: 'offer' | 'wait' | 'auto' | 'off'
  readonly t38Version: 0 | 1 | 2 | 3
  readonly errorCorrection: 'redundancy' | 'fec' | 'none'
  /** Earlier packets in each datagram, or packets an FEC entry spans. */
  readonly redundancy: number
  /** Replaces the peer's `T38FaxMaxDatagram`. */
  readonly datagramOctetsMax: number | undefined
  /** Send media to where the peer's comes from, whatever its SDP says. */
  readonly isSymmetric: boolean
}

/** What became of a call. */
export type FaxCallOutcome =
  /** The network or the far end did not take the call. */
  | {
      readonly kind: 'not_answered'
      readonly status: number
      readonly q850Cause: number | undefined
      readonly cause: CallCause
    }
  /** Answered, and T.38 never came up. */
  | {
      readonly kind: 'no_t38'
      /** SIP status of the refusal, when our offer was refused. */
      readonly refusedWith: number | undefined
      readonly heard: Heard
    }
  /** T.38 was up; `t30` says how the fax went. */
  | { readonly kind: 'fax'; readonly t30: T30End }
  /** The far end, or the network, ended the call before T.38 was up. */
  | { readonly kind: 'dropped'; readonly q850Cause: number | undefined; readonly heard: Heard }
  /** Our side ended the call before T.38 was up. */
  | { readonly kind: 'canceled' }

/** What the audio lead-in heard of the far end. */
export interface Heard {
  readonly faxTone: boolean
  /** Milliseconds of something like speech. */
  readonly voiceMs: number
}

export interface FaxCallEnd {
  readonly outcome: FaxCallOutcome
  /** From the INVITE to the answer. */
  readonly answeredAfterMs: number | undefined
  /** Whose offer brought T.38 up, if it came up. */
  readonly t38AskedBy: 'us' | 'them' | undefined
  readonly timeline: readonly TimelineEntry[]
  /** Entries left out of a timeline that grew too long. */
  readonly timelineCut: number
}

/** What a call's owner must do. `call` is the key the owner gave, or was given with `incoming`. */
export type FaxCallEffect = { readonly call: string } & (
  | { readonly kind: 'media'; readonly to: HostPort; readonly octets: Uint8Array }
  /** The far end answered, or we did. */
  | { readonly kind: 'connected' }
  | Exclude<OwnerEffect, { kind: 'end' }>
  /** The last word about the call: its media port can be closed. */
  | { readonly kind: 'call_ended'; readonly end: FaxCallEnd }
)

export type OwnerAnswer = DriverAnswer
