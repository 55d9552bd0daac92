import type { FaxCallEnd, FaxCallProfile } from '@answerback/protocol/fax-call/fax-call-types'
import type { SipTransport } from '@answerback/protocol/sip/address'
import type { TrunkSettings as SipTrunk } from '@answerback/protocol/sip/agent/options'
import type { LineResolution } from '@answerback/protocol/t30/geometry'
import type { LinePage } from '@answerback/protocol/t30/line-page'
import type { DriverAnswer } from '@answerback/protocol/t30/machine'
import type { ReceivedPage } from '@answerback/protocol/t30/received-page'
import type { HttpOutPolicy } from '../../../../ports/http-out.ts'

/** What the engine is opened with. All of it comes from the operator. */
export interface EngineSettings {
  readonly sip: {
    readonly host: string
    /** Of UDP and TCP; TLS is on the next one. 0: any, for tests. */
    readonly port: number
    readonly tls: { readonly certificate: string; readonly key: string } | null
    /** Certificates trusted beside the system's, PEM. */
    readonly trustedCertificates: string | null
  }
  readonly media: {
    /** Address to listen on. */
    readonly host: string
    /** Address to tell in SDP, SIP Contact and Via; the same where no NAT is in between. */
    readonly publicHost: string
    readonly firstPort: number
    readonly lastPort: number
  }
  readonly name: string
  /** Whom signalling and media may be sent to. */
  readonly reach: HttpOutPolicy
}

/** T.30 as the account and the trunk want it, in what structured cloning carries. */
export interface CallSettings {
  readonly stationId: string
  readonly ecm: boolean
  /** bit/s */
  readonly bitRateMax: number
}

export interface PlaceOrder {
  readonly key: string
  readonly trunkId: string
  readonly to: string
  readonly from: string
  readonly assertedIdentity: string | undefined
  readonly answerWithinMs: number
  /** Whether `check_identity` is asked and its answer waited for. */
  readonly checksIdentity: boolean
  readonly settings: CallSettings
  readonly profile: FaxCallProfile
  readonly pages: readonly LinePage[]
}

export interface AcceptOrder {
  readonly callId: string
  readonly trunkId: string
  readonly settings: CallSettings
  /** What is offered: pages of others could not be stored. */
  readonly resolutions: readonly LineResolution[]
  readonly profile: FaxCallProfile
}

export interface IncomingOffer {
  readonly callId: string
  readonly called: string
  /** `undefined` when withheld. */
  readonly caller: string | undefined
  readonly sourceAddress: string
}

export type TrunkNews =
  | { readonly kind: 'registered'; readonly trunkId: string }
  | { readonly kind: 'registration_failed'; readonly trunkId: string; readonly status: number }
  | { readonly kind: 'healthy'; readonly trunkId: string; readonly roundTripMs: number }
  | { readonly kind: 'unhealthy'; readonly trunkId: string; readonly status: number }

/** To the engine. */
export type EngineCommand =
  | { readonly kind: 'set_trunk'; readonly trunk: SipTrunk }
  | { readonly kind: 'remove_trunk'; readonly trunkId: string }
  | { readonly kind: 'place'; readonly order: PlaceOrder }
  | { readonly kind: 'answer'; readonly key: string; readonly answer: DriverAnswer }
  | { readonly kind: 'hang_up'; readonly key: string }
  | { readonly kind: 'accept'; readonly order: AcceptOrder }
  | { readonly kind: 'reject'; readonly callId: string; readonly status: number }
  | { readonly kind: 'close' }

/** From the engine. */
export type EngineEvent =
  | { readonly kind: 'opened'; readonly ports: Readonly<Partial<Record<SipTransport, number>>> }
  | { readonly kind: 'connected'; readonly key: string }
  | { readonly kind: 'check_identity'; readonly key: string; readonly remoteId: string | undefined }
  | { readonly kind: 'announce_page'; readonly key: string; readonly page: number; readonly isFinal: boolean }
  | { readonly kind: 'record_page'; readonly key: string; readonly page: number }
  | { readonly kind: 'commit_page'; readonly key: string; readonly page: ReceivedPage }
  | { readonly kind: 'call_ended'; readonly key: string; readonly end: FaxCallEnd }
  /** The call could not be begun: no port, no such trunk, or the caller is gone by now. */
  | {
      readonly kind: 'not_placed'
      readonly key: string
      readonly reason: 'no_trunk' | 'no_port' | 'caller_gone'
    }
  | { readonly kind: 'incoming'; readonly offer: IncomingOffer }
  | { readonly kind: 'trunk'; readonly news: TrunkNews }
  | { readonly kind: 'closed' }
