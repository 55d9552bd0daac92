/** What waits for a person longer than it should. */
export interface OverdueCounts {
  /** Faxes held for a person's look since before `dayAgo`. */
  readonly held: number
  /** Faxes of the last month whose outcome is unknown since before `dayAgo`, and which nobody sent again. */
  readonly unknownOutcome: number
  readonly openContradictions: number
  /** Uses of emergency access from before `reviewBy` that nobody reviewed. */
  readonly unreviewedBreakGlass: number
  /** Ids of enabled webhooks of which every post that ended since `dayAgo` failed. */
  readonly failingWebhooks: readonly string[]
}

export interface ComplianceRepository {
  overdue(at: { readonly now: Date; readonly dayAgo: Date; readonly reviewBy: Date }): Promise<OverdueCounts>
  /** What time the database's machine has. */
  databaseTime(): Promise<Date>
}
