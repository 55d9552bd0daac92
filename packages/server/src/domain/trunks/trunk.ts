import type { E164 } from '../numbers/number.ts'
import type { NumberFormat } from '../numbers/number-format.ts'

export const TRANSPORTS = ['udp', 'tcp', 'tls'] as const
export const REGISTRATIONS = ['register', 'static'] as const
export const T38_MODES = ['auto', 'offer', 'wait', 'off'] as const
export const ERROR_CORRECTIONS = ['redundancy', 'fec', 'none'] as const
export const BIT_RATES = [2_400, 4_800, 7_200, 9_600, 12_000, 14_400] as const
export const MEDIA_PROTECTIONS = ['none', 'vpn', 'private_interconnect'] as const

/**
 * What the operator knows about the path of a trunk's media. T.38 over UDPTL is clear text whatever the signalling is, so
 * somebody must say that they know: `none`, or that the path itself is closed to others.
 */
export type MediaProtection = (typeof MEDIA_PROTECTIONS)[number]

/** How faxes are carried on a trunk. */
export interface TrunkProfile {
  /**
   * Who asks for T.38 once a call is up: `offer`, we do; `wait`, we wait for the far end; `auto`, we wait a little and then ask.
   * `off`: never, and then the trunk carries no fax, because audio fax is not spoken here.
   */
  readonly t38: (typeof T38_MODES)[number]
  /** Highest `T38FaxVersion` to offer, 0 to 3. */
  readonly t38Version: number
  readonly errorCorrection: (typeof ERROR_CORRECTIONS)[number]
  /** Earlier packets repeated in each UDPTL datagram, or packets an FEC entry spans. */
  readonly redundancy: number
  /** Octets to use in place of the far end's `T38FaxMaxDatagram`; `null`: believe it. */
  readonly maxDatagram: number | null
  readonly ecm: boolean
  /** bit/s */
  readonly maxBitRate: (typeof BIT_RATES)[number]
  /** Send media to where the far end's comes from, whatever its SDP says: for peers behind NAT. */
  readonly symmetricUdptl: boolean
}

/** Everything about a trunk but its secret. */
export interface TrunkSettings {
  readonly name: string
  readonly enabled: boolean
  /** Lower goes first. */
  readonly order: number
  /** `register`: we log in at a registrar. `static`: the carrier knows us by our address. */
  readonly registration: (typeof REGISTRATIONS)[number]
  /** Host name or address. */
  readonly host: string
  readonly port: number
  readonly transport: (typeof TRANSPORTS)[number]
  readonly username: string | null
  /** Digest realm to answer to; `null`: any. */
  readonly realm: string | null
  /** Host part of our From and To; `null`: `host`. */
  readonly fromDomain: string | null
  /** `host` or `host:port` that requests go through. */
  readonly outboundProxy: string | null
  readonly numberFormat: NumberFormat
  readonly profile: TrunkProfile
  /** Shown as the caller when the fax and the account name none. */
  readonly callerId: E164 | null
  /** For `P-Asserted-Identity` (RFC 3325 §9.1). */
  readonly assertedIdentity: E164 | null
  /** Calls at once that we place. */
  readonly concurrency: number
  readonly callsPerSecond: number
  /** E.164 prefixes it serves; no `include`: all. `exclude` wins. */
  readonly prefixes: { readonly include: readonly string[]; readonly exclude: readonly string[] }
  readonly inbound: TrunkInbound
}

export interface TrunkInbound {
  /** Addresses or CIDR blocks calls may come from; none: those of `host`. */
  readonly allowedSources: readonly string[]
  /** Numbers whose calls are answered; `*`: all. None: no call is. */
  readonly dids: readonly string[]
}

export const DEFAULT_PROFILE: TrunkProfile = {
  t38: 'auto',
  t38Version: 0,
  errorCorrection: 'redundancy',
  redundancy: 3,
  maxDatagram: null,
  ecm: true,
  maxBitRate: 14_400,
  symmetricUdptl: true,
}

/** Who said when what protects the media of a trunk. */
export interface Acknowledgement {
  readonly mediaProtection: MediaProtection
  readonly at: Date
  /** Id of the key or user. */
  readonly by: string
}

/** What routing needs to know of a trunk. */
export interface Trunk {
  readonly id: string
  readonly settings: TrunkSettings
  readonly acknowledgement: Acknowledgement | null
  /** The gate of business associate agreements keeps faxes off it. Absent: it was not asked. */
  readonly lacksAgreement?: boolean
}

/** Why a trunk takes no fax. */
export type TrunkFault = 'disabled' | 'not_acknowledged' | 'no_agreement' | 't38_off'

/** `undefined` when faxes may go out on it. */
export function faultOf(
  trunk: Pick<Trunk, 'settings' | 'acknowledgement' | 'lacksAgreement'>,
): TrunkFault | undefined {
  if (!trunk.settings.enabled) return 'disabled'
  if (trunk.acknowledgement === null) return 'not_acknowledged'
  if (trunk.lacksAgreement === true) return 'no_agreement'
  return trunk.settings.profile.t38 === 'off' ? 't38_off' : undefined
}

/** The settings an acknowledgement is about: where the media goes. Changing one asks for it anew. */
const MEDIA_PATH = ['host', 'port', 'outboundProxy'] as const

export function changesMediaPath(before: TrunkSettings, after: TrunkSettings): boolean {
  return MEDIA_PATH.some((name) => before[name] !== after[name])
}

/** Length of the longest prefix by which the trunk serves a number (0: it serves all); `undefined`: it does not. */
export function servesBy({ prefixes }: TrunkSettings, number: E164): number | undefined {
  if (prefixes.exclude.some((prefix) => number.startsWith(prefix))) return undefined
  if (prefixes.include.length === 0) return 0
  const lengths = prefixes.include.filter((prefix) => number.startsWith(prefix)).map(({ length }) => length)
  return lengths.length === 0 ? undefined : Math.max(...lengths)
}
