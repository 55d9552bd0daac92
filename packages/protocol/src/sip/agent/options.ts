import type { HostPort, SipAddress, SipTransport } from '../address.ts'
import type { Credentials, DigestHashes } from '../auth/digest.ts'
import type { LocalMedia } from '../sdp/media.ts'
import type { SipTimers } from '../timers.ts'

export interface UserAgentOptions {
  /** What Via and Contact say for each transport the owner has sockets for; at least one. */
  readonly addresses: Readonly<Partial<Record<SipTransport, HostPort>>>
  /** `count` unpredictable bytes: tags, branches and Call-IDs are what keeps strangers out of calls. */
  readonly entropy: (count: number) => Uint8Array
  readonly hashes: DigestHashes
  /** User-Agent and Server header. */
  readonly name?: string
  /** What we ask for in Session-Expires; 0 asks for no session timer. */
  readonly sessionExpiresSeconds?: number
  readonly timers?: Partial<SipTimers>
  readonly limits?: Partial<AgentLimits>
}

export interface AgentLimits {
  /** Calls in any state, the ones being taken down included. */
  readonly callsMax: number
  /** Client and server transactions together. */
  readonly transactionsMax: number
  /** Dialogs one INVITE of ours may open. */
  readonly forksMax: number
  /** How long the owner may leave an incoming call unanswered. */
  readonly ringMsMax: number
  /** How long the owner may leave an offer of the peer unanswered. */
  readonly offerMsMax: number
  /** How long the peer may leave an offer of ours at a provisional response before it is taken back. */
  readonly reofferMsMax: number
}

export const AGENT_LIMITS: AgentLimits = {
  callsMax: 2_000,
  transactionsMax: 20_000,
  forksMax: 8,
  ringMsMax: 180_000,
  offerMsMax: 10_000,
  reofferMsMax: 20_000,
}

/** A connection to a carrier. */
export interface TrunkSettings {
  readonly id: string
  /** The registrar or proxy that everything outside a dialog is sent to. */
  readonly address: SipAddress
  /** Host part of Request-URI, From and To. */
  readonly domain: string
  /** User part of the registered address and of Contact. */
  readonly user: string
  readonly credentials?: Credentials
  /** What Via and Contact say on this trunk, when a NAT makes it differ from our own address. */
  readonly contact?: HostPort
  /** Registers for so many seconds a time; a static-IP trunk leaves it out. */
  readonly registerSeconds?: number
  /** Asks for life signs so often; leaves it out for none. */
  readonly keepAliveSeconds?: number
  /** Sends requests inside a dialog to `address` instead of the peer's Contact, for carriers whose Contact is private. */
  readonly ignoreContact?: boolean
}

export interface PlaceCall {
  readonly trunkId: string
  /** Digits with or without `+`, or any user part. */
  readonly to: string
  /** Our caller id, a user part. */
  readonly from: string
  /** Printable ASCII; other characters are left out. */
  readonly displayName?: string
  /** A user part for P-Asserted-Identity (RFC 3325), where the carrier wants one. */
  readonly assertedIdentity?: string
  readonly media: LocalMedia
  /** Gives up as `no_answer` after so long without a final answer. Default 180 s. */
  readonly answerWithinMs?: number
}

export interface AcceptCall {
  readonly media: LocalMedia
  /** The trunk the owner found the call came by: its credentials and Contact are used on the call. */
  readonly trunkId?: string
}
