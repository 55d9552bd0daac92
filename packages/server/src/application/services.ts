import type { PeoplePolicy } from '../domain/access/session.ts'
import type { BaaGate } from '../domain/associates/party.ts'
import type { RetryPolicy } from '../domain/attempts/retry-policy.ts'
import type { DestinationRules } from '../domain/numbers/destination-rules.ts'
import type { Quotas } from '../domain/quota.ts'
import type { Blobs } from '../ports/blobs.ts'
import type { CallingMachines } from '../ports/calling-machines.ts'
import type { CarrierSource } from '../ports/carrier.ts'
import type { Clock } from '../ports/clock.ts'
import type { HttpOut } from '../ports/http-out.ts'
import type { Installation } from '../ports/installation.ts'
import type { Keyring } from '../ports/keyring.ts'
import type { Line } from '../ports/line.ts'
import type { Logger } from '../ports/logger.ts'
import type { Mailer } from '../ports/mailer.ts'
import type { PageReader } from '../ports/page-reader.ts'
import type { Queue } from '../ports/queue.ts'
import type { Random } from '../ports/random.ts'
import type { Rasteriser } from '../ports/rasteriser.ts'
import type { IdentityProvider, PasskeyVerifier, PasswordHasher } from '../ports/sign-in.ts'
import type { Store } from '../ports/store/store.ts'
import type { TrunkProbe } from '../ports/trunk-probe.ts'
import type { Upstream } from '../ports/upstream.ts'
import type { AuditMemory } from './audit/audit-memory.ts'

/** Every port a use case may ask for, and what it may remember. `main.ts` chooses what stands behind them. */
export interface Services {
  readonly store: Store
  readonly queue: Queue
  readonly blobs: Blobs
  readonly keyring: Keyring
  readonly clock: Clock
  readonly random: Random
  readonly rasteriser: Rasteriser
  readonly pageReader: PageReader
  readonly lines: readonly Line[]
  /** Who sells numbers; the first that an account has is asked. */
  readonly carriers: readonly CarrierSource[]
  /** Who calls in while nobody does. */
  readonly callingMachines: CallingMachines
  /** There while a SIP line runs in this process. */
  readonly trunkProbe?: TrunkProbe
  /** There where faxes may be handed to providers. */
  readonly upstream?: Upstream
  readonly httpOut: HttpOut
  /** There when the operator named a mail server. */
  readonly mailer?: Mailer
  readonly passwords: PasswordHasher
  readonly passkeys: PasskeyVerifier
  /** There when the operator named an OpenID Connect provider. */
  readonly identityProvider?: IdentityProvider
  readonly installation: Installation
  readonly auditMemory: AuditMemory
  readonly log: Logger
  readonly policy: Policy
}

/** What the operator lets every account do; an account may hold itself to less. */
export interface LimitPolicy {
  readonly quotas: Quotas
  readonly destinations: DestinationRules
  /** Live faxes may go to premium-rate and satellite ranges. */
  readonly premiumDestinations: boolean
}

/** The operator's settings that use cases read. */
export interface Policy {
  readonly retry: RetryPolicy
  readonly callsPerDestination: number
  /** From acceptance (or `send_at`) to the watchdog's end. */
  readonly faxLifetimeMs: number
  readonly callDurationMaxMs: number
  readonly leaseMs: number
  readonly duplicateGuardMs: number
  readonly documentBytesMax: number
  readonly documentsPerFaxMax: number
  readonly pagesPerFaxMax: number
  readonly uploadLifetimeMs: number
  readonly fetchTimeoutMs: number
  /** Test-mode webhooks may go to loopback while the server itself listens there. */
  readonly loopbackWebhooks: boolean
  /** Whether PHI is kept from parties without an agreement. */
  readonly baaGate: BaaGate

  /** Hosts or CIDR blocks the operator allows webhooks and fetches to reach though they are private. */
  readonly allowedPrivateHosts: readonly string[]
  /** Where people reach this server, without a trailing slash; absent: not told. */
  readonly publicUrl?: string
  readonly people: PeoplePolicy
  readonly limits: LimitPolicy
}
