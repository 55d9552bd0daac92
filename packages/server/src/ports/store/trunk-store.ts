import type { RouteMemory } from '../../domain/trunks/routing.ts'
import type { Acknowledgement, TrunkSettings } from '../../domain/trunks/trunk.ts'
import type { Found } from './scope.ts'

export interface TrunkRow {
  readonly id: string
  readonly accountId: string
  readonly settings: TrunkSettings
  readonly secretSealed: Buffer | null
  readonly acknowledgement: Acknowledgement | null
  readonly createdAt: Date
  readonly updatedAt: Date
}

export type TrunkPatch = Partial<
  Pick<TrunkRow, 'settings' | 'secretSealed' | 'acknowledgement' | 'updatedAt'>
>

/** What one call taught about a number on a trunk. `undefined` leaves what is known as it is. */
export type RouteLesson = Partial<Omit<RouteMemory, 'trunkId'>> & { readonly failure?: string | null }

export interface TrunkRepository {
  insert(trunk: Omit<TrunkRow, 'accountId'>): Promise<void>
  get(id: string): Promise<TrunkRow | undefined>
  /** Lowest `order` first, then the oldest. */
  list(): Promise<TrunkRow[]>
  update(id: string, patch: TrunkPatch): Promise<TrunkRow | undefined>
  /** What was learnt on it goes with it; attempts keep its id. */
  delete(id: string): Promise<boolean>
  memories(numberHash: Buffer): Promise<RouteMemory[]>
  learn(numberHash: Buffer, trunkId: string, lesson: RouteLesson): Promise<void>
}

/** What became of asking a trunk for a call. */
export type TrunkTaken =
  | { readonly kind: 'taken' }
  /** As many calls are up as it takes. */
  | { readonly kind: 'full' }
  /** A call was begun just now; another may begin at `at`. */
  | { readonly kind: 'paced'; readonly at: Date }

/** Calls of the trunks of all accounts, counted by leases over all processes, and whose a trunk is. */
export interface TrunkCalls {
  /** Takes one of `places` calls of a trunk that begins `perSecond` calls a second. Taking twice holds one. */
  take(wanted: {
    readonly trunkId: string
    readonly faxId: string
    readonly places: number
    readonly perSecond: number
    readonly now: Date
    readonly until: Date
  }): Promise<TrunkTaken>
  renew(faxId: string, until: Date): Promise<void>
  release(faxId: string): Promise<void>
  /** The fax that waits for a call of one of these trunks, highest priority first, then the oldest. */
  waiting(trunkIds: readonly string[]): Promise<Found | undefined>
  /** The account a trunk belongs to. */
  ownerOf(trunkId: string): Promise<string | undefined>
  /** Accounts that have trunks. */
  owners(): Promise<string[]>
}
