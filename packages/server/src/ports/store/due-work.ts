import type { Found, Scope } from './scope.ts'

/** What has to be done by now, of all accounts, and what somebody began and never ended. In test mode the account's own clock counts. */
export interface DueWork {
  /** Faxes whose `nextActionAt` has passed and that nobody holds, highest priority first. */
  faxes(now: Date, limit: number): Promise<(Found & { priority: number })[]>
  /** Faxes whose worker stopped renewing its lease. */
  lostFaxes(now: Date, limit: number): Promise<Found[]>
  /** Webhook deliveries that nobody is at. */
  deliveries(now: Date, limit: number): Promise<Found[]>
  /** Business associates whose cover is to be looked at by `now`. */
  associates(now: Date, limit: number): Promise<Found[]>
  /** Orders of numbers begun before `before` whose outcome nobody stored: the process that gave them has died. */
  lostNumberOrders(before: Date, limit: number): Promise<Found[]>
  /** Faxes that a provider received, to be fetched, that nobody is fetching. */
  upstreamNotices(now: Date, limit: number): Promise<Found[]>
  /** Receptions whose process stopped renewing their lease. */
  lostReceptions(now: Date, limit: number): Promise<Found[]>
  /** Receptions that ended before `endedBefore` and whose pages nobody has looked at. */
  unexamined(endedBefore: Date, limit: number): Promise<Found[]>
  /** Those looked at before `examinedBefore` whose text nobody has read. */
  unread(examinedBefore: Date, limit: number): Promise<Found[]>
  /** Received faxes that nobody took up by `dueAt`, not escalated yet. */
  neglected(now: Date, limit: number): Promise<Found[]>
  /** Mail that should have been sent by `now`, and nobody is at. */
  notices(now: Date, limit: number): Promise<Found[]>
  /** Emergency accesses from before `usedBefore` that nobody reviewed, not told of since `toldBefore`. */
  breakGlassAlarms(
    at: { readonly usedBefore: Date; readonly toldBefore: Date },
    limit: number,
  ): Promise<Found[]>
  /** Accounts and modes that have retention rules. */
  retentionScopes(): Promise<Scope[]>
  /** Accounts and modes that have links to patients without a hash. */
  unhashedLinks(): Promise<Scope[]>
}
