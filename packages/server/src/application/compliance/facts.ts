import type { CoverWarning } from '../../domain/associates/associate-cover.ts'
import type { BaaGate, PartyCover } from '../../domain/associates/party.ts'
import type { InstallationFacts } from '../../ports/installation.ts'
import type { OverdueCounts } from '../../ports/store/compliance-store.ts'

/** By whose measure an installation is judged. */
export const STANDARDS = ['development', 'production'] as const
export type Standard = (typeof STANDARDS)[number]

/** Everything the checks look at, gathered at once, so that a report speaks of one moment. */
export interface ComplianceFacts {
  readonly standard: Standard
  readonly now: Date
  readonly installation: InstallationFacts
  readonly databaseTime: Date
  readonly gate: BaaGate
  /** Live trunks that are enabled. */
  readonly trunks: readonly TrunkFacts[]
  /** Live providers that are enabled. */
  readonly providers: readonly CoveredParty[]
  readonly webhooks: readonly WebhookFacts[]
  /** Systems of others that the installation uses. */
  readonly systems: readonly CoveredParty[]
  /** Those that have not ended. */
  readonly associates: readonly AssociateFacts[]
  readonly people: readonly PersonFacts[]
  /** Live keys that work. */
  readonly apiKeys: readonly KeyFacts[]
  readonly audit: AuditFacts
  readonly retention: { readonly hasRules: boolean }
  readonly mailboxes: readonly { readonly id: string; readonly owner: string }[]
  readonly overdue: OverdueCounts
}

export interface CoveredParty {
  readonly id: string
  /** `undefined`: nothing lets PHI go there. */
  readonly cover: PartyCover | undefined
}

export interface TrunkFacts extends CoveredParty {
  readonly acknowledged: boolean
}

export interface WebhookFacts extends CoveredParty {
  readonly enabled: boolean
  /** Somebody of the account switched it off. */
  readonly disabledByUser: boolean
  readonly isHttps: boolean
  /** It has a secret that opens. */
  readonly signs: boolean
  readonly carriesPhi: boolean
}

export interface AssociateFacts {
  readonly id: string
  readonly warning: CoverWarning | undefined
  /** Clauses of its current agreements that are open. */
  readonly openClauses: number
  /** Current agreements whose contract is not kept here. */
  readonly withoutDocument: number
}

export interface PersonFacts {
  readonly id: string
  readonly hasSecondFactor: boolean
}

export interface KeyFacts {
  readonly id: string
  readonly createdAt: Date
  readonly expiresAt: Date | null
  readonly lastUsedAt: Date | null
}

export interface AuditFacts {
  /** Leaves. */
  readonly size: number
  /** `null`: none was signed yet. */
  readonly checkpoint: { readonly size: number; readonly madeAt: Date } | null
}
