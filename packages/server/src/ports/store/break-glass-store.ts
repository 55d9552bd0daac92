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

export interface BreakGlassRepository {
  insert(grant: BreakGlassRow): Promise<void>
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
   * Counts one more alarm, when it is due still. Of several processes one gets the grant.
   * @param at.before the last alarm was
   */
  alarm(id: string, at: { readonly now: Date; readonly before: Date }): Promise<BreakGlassRow | undefined>
}
