import type { Mode } from '../../domain/fax/fax.ts'

export interface BreakGlassRow {
  readonly id: string
  readonly accountId: string
  readonly mode: Mode
  readonly personId: string
  readonly sessionId: string
  readonly reasonSealed: Buffer
  readonly createdAt: Date
  readonly expiresAt: Date
  readonly reviewedAt: Date | null
  readonly reviewedBy: string | null
  readonly outcome: BreakGlassOutcome | null
  readonly noteSealed: Buffer | null
  /** When it was last told that nobody has reviewed it, and how often. */
  readonly alarmedAt: Date | null
  readonly alarms: number
}

export type BreakGlassOutcome = 'justified' | 'not_justified'

export interface OwnerMails {
  readonly grant: BreakGlassRow
  /** Ids of the people who have had theirs. */
  readonly told: readonly string[]
}

export interface OwnerMailsEnd {
  readonly told: readonly string[]
  /** `null`: every owner was told, or it was tried often enough. */
  readonly next: Date | null
}

export interface BreakGlassRepository {
  insert(grant: BreakGlassRow, notifyAt: Date): Promise<void>
  get(id: string): Promise<BreakGlassRow | undefined>
  /** Newest first. */
  list(filter: {
    readonly reviewed?: boolean
    readonly afterId?: string
    readonly limit: number
  }): Promise<BreakGlassRow[]>
  /** `undefined` when it was reviewed before. */
  review(
    id: string,
    review: Required<Pick<BreakGlassRow, 'reviewedAt' | 'reviewedBy' | 'outcome' | 'noteSealed'>>,
  ): Promise<BreakGlassRow | undefined>
  /**
   * Counts one more alarm, when it is due still, and has the owners mailed. Of several processes one gets the grant.
   * @param at.before the last alarm was
   */
  alarm(id: string, at: { readonly now: Date; readonly before: Date }): Promise<BreakGlassRow | undefined>
  /** Takes the mails to the owners until then, where they are due. Of several processes one gets them. */
  takeMails(id: string, now: Date, until: Date): Promise<OwnerMails | undefined>
  /** Says whom the mails of this alarm have reached, and when the rest is due; does nothing where another alarm came meanwhile. */
  concludeMails(grant: Pick<BreakGlassRow, 'id' | 'alarms'>, end: OwnerMailsEnd): Promise<void>
}
