/** What waits for a person longer than it should. */
export interface OverdueCounts {
  /** Faxes held for a person's look since before `dayAgo`. */
  readonly held: number
  /** Faxes of the last month whose outcome is unknown since before `dayAgo`, and which nobody sent again or asked about. */
  readonly unknownOutcome: number
  readonly openContradictions: number
  /** Received faxes that are new, and were to be taken up by `dayAgo`. */
  readonly neglected: number
  /** Ids of uses of emergency access from before `reviewBy` that nobody reviewed, the oldest first. */
  readonly unreviewedBreakGlass: readonly string[]
  /** Notices by mail that were given up since `weekAgo`. */
  readonly failedNotices: number
  /** Ids of enabled webhooks of which every post that ended since `dayAgo` failed. */
  readonly failingWebhooks: readonly string[]
}

export interface OverdueTimes {
  readonly now: Date
  readonly dayAgo: Date
  readonly weekAgo: Date
  readonly reviewBy: Date
}

/** What the database itself does for us, besides what we do. */
export interface DatabaseGuards {
  /** Tables of which a query that forgot the account would see others' rows. */
  readonly unfenced: readonly string[]
  /** Tables that are only ever added to, and could be changed. */
  readonly changeable: readonly string[]
  /** The role the server runs as sees past the fence. */
  readonly bypassesFence: boolean
  /** It owns tables, or is a member of who does: the fence does not hold for an owner. */
  readonly ownsTables: boolean
  /** Whom the session began as may do anything. */
  readonly userIsSuperuser: boolean
  /** The connection is TLS. */
  readonly isEncrypted: boolean
}

/** The last call on a trunk that says something about the way to its carrier. */
export interface LastCall {
  readonly trunkId: string
  readonly endedAt: Date
  /** The carrier answered, whatever it or the far end then said. */
  readonly reached: boolean
}

export interface ComplianceRepository {
  overdue(at: OverdueTimes): Promise<OverdueCounts>
  guards(): Promise<DatabaseGuards>
  /** Of each trunk, among calls begun since then. */
  lastCalls(since: Date): Promise<LastCall[]>
  /** Members the identity provider vouches for. */
  federatedMembers(): Promise<ReadonlySet<string>>
  /** Keys of documents that are there by their rows: the newest and the oldest. */
  documentKeys(limit: number): Promise<string[]>
  /** What time the database's machine has. */
  databaseTime(): Promise<Date>
}
