import type { QuotaName, Usage } from '../../domain/quota.ts'

/** What an account used lately. */
export interface UsageRepository {
  /**
   * @param now of the machine: identifiers carry its time
   * @param names what to count; of the others 0 is told
   * @param toHash a number that may be new
   */
  read(
    now: Date,
    names: readonly QuotaName[],
    toHash?: Buffer,
  ): Promise<Usage & { readonly isKnownNumber: boolean }>
}

/** What one process let through for one caller since it last told. */
export interface RateUse {
  readonly caller: string
  readonly used: number
  readonly quota: number
  /** Tokens that come back in a second. */
  readonly perSecond: number
}

/** Buckets that all processes share. */
export interface RateLedger {
  /** Takes what was used and tells what is left of each bucket; below 0, processes together let through more than there was. */
  share(uses: readonly RateUse[]): Promise<ReadonlyMap<string, number>>
  /** Drops buckets that nobody used for an hour: they are full. */
  forget(): Promise<void>
}
