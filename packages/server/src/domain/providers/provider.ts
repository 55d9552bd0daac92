import type { E164 } from '../numbers/number.ts'

/** How live faxes of an account leave: over its SIP trunks, or through a provider that it is a customer of. */
export const OUTBOUND_LINES = ['sip', 'ifax'] as const
export type OutboundLine = (typeof OUTBOUND_LINES)[number]

/** Adding a trunk or a provider changes nothing by itself: only the setting does. */
export const DEFAULT_OUTBOUND_LINE: OutboundLine = 'sip'

export const PROVIDER_KINDS = ['ifax'] as const
export type ProviderKind = (typeof PROVIDER_KINDS)[number]

/** Everything about a provider but its API key. */
export interface ProviderSettings {
  readonly kind: ProviderKind
  readonly name: string
  readonly enabled: boolean
  /** Scheme, host and port; the API's own paths follow it. */
  readonly baseUrl: string
  /** Shown as the sender when the fax and the account name none; one of the numbers the provider gave us. */
  readonly callerId: E164 | null
  /** Faxes in the provider's hands at once. */
  readonly concurrency: number
  /**
   * The API key is one that simulates: nothing it sends reaches a machine. Then only the reserved numbers of test mode may be sent to, or
   * a patient's fax would be called delivered that nobody got.
   */
  readonly simulated: boolean
}

/** A provider with its API key in the clear. Never log one. */
export interface OpenProvider {
  readonly id: string
  readonly accountId: string
  readonly settings: ProviderSettings
  readonly apiKey: string
}

/** What a provider of a kind can do, and what cannot be known of a fax that it carries. */
export interface ProviderProfile {
  readonly formats: readonly string[]
  /** `null`: it tells no limit; ours applies. */
  readonly pagesMax: number | null
  readonly resolutions: readonly ('standard' | 'fine' | 'superfine')[]
  /** `provider`: that a page arrived is the provider's word, not a confirmation this server saw. */
  readonly evidence: 'provider'
  /** Whether it tells which pages arrived, and not just how many. */
  readonly pageEvidence: boolean
  /** Whether it tells how the fax was carried: error correction, speed, the far end's identification. */
  readonly callDetails: boolean
}

export const PROVIDER_PROFILES: Readonly<Record<ProviderKind, ProviderProfile>> = {
  ifax: {
    formats: ['application/pdf'],
    pagesMax: null,
    resolutions: ['standard', 'fine', 'superfine'],
    evidence: 'provider',
    pageEvidence: false,
    callDetails: false,
  },
}

const FIRST_LOOK_MS = 3_000
const SLOWEST_LOOK_MS = 300_000

/**
 * When to look again at a fax that a provider has had for `elapsedMs`: soon at first, then after half of the time it has taken so far. Its
 * webhook brings the look forward, so this is for webhooks that are lost.
 */
export function nextLookMs(elapsedMs: number): number {
  return Math.min(Math.max(FIRST_LOOK_MS, Math.floor(elapsedMs / 2)), SLOWEST_LOOK_MS)
}

/** How long a fax whose sending got no answer is looked for among the provider's own, before a person must. */
export const LOST_SEND_LIMIT_MS = 10 * 60_000

/** How long after a fax's deadline the provider is still asked what became of it, once it was told to cancel. */
export const DEADLINE_GRACE_MS = 5 * 60_000
