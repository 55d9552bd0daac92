import type { CoverWarning } from '../../domain/associates/associate-cover.ts'
import type { BaaGate, PartyCover } from '../../domain/associates/party.ts'
import type { InstallationFacts } from '../../ports/installation.ts'
import type { DatabaseGuards, OverdueCounts } from '../../ports/store/compliance-store.ts'
import type { AuditProof } from '../audit/prove-audit.ts'

/** By whose measure an installation is judged. */
export const STANDARDS = ['development', 'production'] as const
export type Standard = (typeof STANDARDS)[number]

/** How far a look goes back in the audit log: to the newest leaves, or to the first. */
export const AUDIT_LOOKS = ['newest', 'whole'] as const
export type AuditLook = (typeof AUDIT_LOOKS)[number]

/** Everything the checks look at, gathered at once, so that a report speaks of one moment. */
export interface ComplianceFacts {
  readonly standard: Standard
  readonly now: Date
  readonly installation: InstallationFacts
  readonly databaseTime: Date
  readonly guards: DatabaseGuards
  readonly keys: KeyringFacts
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
  readonly mailboxes: readonly MailboxFacts[]
  /** Numbers on which live faxes come in. */
  readonly numbers: number
  readonly documents: DocumentFacts
  readonly destructions: DestructionFacts
  readonly overdue: OverdueCounts
  /** Faxes, and posts and mails about them, of the whole installation that were due a while ago, and that no worker is at. */
  readonly stuck: { readonly faxes: number; readonly posts: number }
}

export interface KeyringFacts {
  /** The master key opens what it wrapped for the account, now and not from memory. */
  readonly opens: boolean
}

export interface MailboxFacts {
  readonly id: string
  readonly owner: string
  /** Somebody is to be told by mail of what comes in. */
  readonly wantsMail: boolean
}

export interface DestructionFacts {
  /** Of the certificates beside the last backup; `unknown`: no backup that has one is known of. */
  readonly list: 'unknown' | 'gone' | 'there'
  /** Of the newest certificates, those that have been made for a while. */
  readonly looked: number
  readonly unlisted: number
}

export interface DocumentFacts {
  readonly looked: number
  /** Those whose file is not there. */
  readonly missing: number
}

export interface CoveredParty {
  readonly id: string
  /** `undefined`: nothing lets PHI go there. */
  readonly cover: PartyCover | undefined
}

export interface TrunkFacts extends CoveredParty {
  readonly acknowledged: boolean
  /** What is last known of the way to the carrier: it works, it does not, or nobody has heard of it yet. */
  readonly way: 'works' | 'fails' | 'unheard'
}

export interface WebhookFacts extends CoveredParty {
  readonly enabled: boolean
  /** Somebody of the account switched it off. */
  readonly disabledByUser: boolean
  /** Its address and secrets open: what cannot be read cannot be judged. */
  readonly opens: boolean
  readonly isHttps: boolean
  /** It has a secret that opens. */
  readonly signs: boolean
  readonly carriesPhi: boolean
}

export interface AssociateFacts {
  readonly id: string
  readonly warning: CoverWarning | undefined
  /** The end of its cover has left a way out without any, which the line of that way tells. */
  readonly leavesUncovered: boolean
  /** Of the agreement that counts: the one added last of those that are current; it takes the place of what was added before. */
  readonly openClauses: number
  readonly withoutDocument: boolean
}

export interface PersonFacts {
  readonly id: string
  readonly isOwner: boolean
  readonly hasSecondFactor: boolean
  /** They come in through the identity provider. */
  readonly isFederated: boolean
  /** When they were last there, or made. */
  readonly seenAt: Date
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
  /** When the oldest entry was written that is no leaf yet; `null`: all are. */
  readonly waitingSince: Date | null
  readonly proof: AuditProof
  /** The whole was asked for, and its reading goes on. */
  readonly isStillRead: boolean
}
