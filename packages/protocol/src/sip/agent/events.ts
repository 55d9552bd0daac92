import type { HostPort, SipAddress } from '../address.ts'
import type { CallCause } from '../call-end.ts'
import type { MediaOffer, NegotiatedMedia } from '../sdp/media.ts'

/** A message for the adapter to put on the wire. */
export interface SendEffect {
  readonly kind: 'send'
  readonly to: SipAddress
  readonly bytes: Uint8Array
}

/** Who the peer says is calling. None of it is proven, but for what a trusted trunk asserts. */
export interface Caller {
  /** User part of From. */
  readonly user: string
  readonly host: string
  /** User part of P-Asserted-Identity (RFC 3325), or undefined. */
  readonly assertedUser: string | undefined
}

export type UserAgentEvent =
  /** Answer with `acceptCall` or `rejectCall`. Whether `from` is a trunk of ours is the owner's to judge. */
  | {
      readonly kind: 'incoming_call'
      readonly callId: string
      /** The Call-ID of the wire, for the carrier's support. */
      readonly sipCallId: string
      readonly from: SipAddress
      readonly caller: Caller
      /** User part of the Request-URI: the number called. */
      readonly called: string
      /** Undefined: the peer wants our offer. */
      readonly offer: MediaOffer | undefined
      /** The caller says it is a fax machine (RFC 6913). */
      readonly isFax: boolean
    }
  /** An INVITE refused without asking, as nobody could have accepted it. */
  | { readonly kind: 'incoming_refused'; readonly from: SipAddress; readonly status: number }
  | {
      readonly kind: 'progress'
      readonly callId: string
      /** 101–199. */
      readonly status: number
      /** Where early media comes from, when the peer described it. */
      readonly media: NegotiatedMedia | undefined
    }
  | { readonly kind: 'answered'; readonly callId: string; readonly media: NegotiatedMedia }
  /** The peer wants other media. Answer with `acceptOffer` or `refuseOffer`; silence refuses. */
  | { readonly kind: 'media_offered'; readonly callId: string; readonly offer: MediaOffer }
  /** The peer took its offer back. */
  | { readonly kind: 'offer_withdrawn'; readonly callId: string }
  | { readonly kind: 'media_changed'; readonly callId: string; readonly media: NegotiatedMedia }
  /** The session goes on as it was. `status` is the refusal's, or 200 for an answer without T.38. */
  | {
      readonly kind: 't38_refused'
      readonly callId: string
      readonly status: number
      readonly q850Cause: number | undefined
    }
  /** Both ends offered at once; we offer again after the wait unless the peer's offer made it needless. */
  | { readonly kind: 'glare_retry'; readonly callId: string; readonly waitMs: number }
  /** The call never came to be. */
  | {
      readonly kind: 'failed'
      readonly callId: string
      /** The peer's status; 408 and 503 also stand for a timeout and a dead transport; 487 for our own cancel. */
      readonly status: number
      readonly q850Cause: number | undefined
      readonly cause: CallCause
      readonly retryAfterSeconds: number | undefined
    }
  /** A call that was up is over. `by: 'signalling'`: it broke (no ACK, a dead dialog, an expired session timer). */
  | {
      readonly kind: 'ended'
      readonly callId: string
      readonly by: 'local' | 'remote' | 'signalling'
      readonly q850Cause: number | undefined
      readonly cause: CallCause
    }
  | {
      readonly kind: 'registered'
      readonly trunkId: string
      readonly expiresSeconds: number
      /** Our address as the registrar saw it: differs from ours behind a NAT. */
      readonly seenAs: HostPort
    }
  | {
      readonly kind: 'registration_failed'
      readonly trunkId: string
      readonly status: number
      readonly cause: CallCause
      readonly retryInMs: number
    }
  | { readonly kind: 'trunk_healthy'; readonly trunkId: string; readonly roundTripMs: number }
  | {
      readonly kind: 'trunk_unhealthy'
      readonly trunkId: string
      readonly status: number
      readonly cause: CallCause
    }
  /** A message nobody can read, or that no limit leaves room for. Field and reason are fixed words, never input. */
  | {
      readonly kind: 'unreadable_message'
      readonly from: SipAddress
      readonly field: string
      readonly reason: string
    }

export type UserAgentEffect = SendEffect | UserAgentEvent
