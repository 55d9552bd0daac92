import type { ServiceLevel } from '../../domain/inbox/inbox.ts'

/** Where received faxes lie, and who answers for them. */
export interface MailboxRow extends ServiceLevel {
  readonly id: string
  /** The one that takes what no number and no route sends elsewhere. */
  readonly isDefault: boolean
  readonly name: string
  readonly department: string | null
  /** Id or address of the customer's own person or team. */
  readonly owner: string
  /** Who hears of a fax that nobody took up in time; `null`: the owner. */
  readonly escalateTo: string | null
  /** Addresses told by email that a fax came: sealed JSON. */
  readonly notifySealed: Buffer | null
  readonly createdAt: Date
  readonly updatedAt: Date
}

export type MailboxPatch = Partial<Omit<MailboxRow, 'id' | 'isDefault' | 'createdAt'>> & {
  readonly updatedAt: Date
}

export interface MailboxRepository {
  /** `undefined` when it would be a second default one. */
  insert(mailbox: MailboxRow): Promise<MailboxRow | undefined>
  default(): Promise<MailboxRow | undefined>
  get(id: string): Promise<MailboxRow | undefined>
  /** The default one first, then the oldest. */
  list(): Promise<MailboxRow[]>
  update(id: string, patch: MailboxPatch): Promise<MailboxRow | undefined>
  /** The same as `get`, and it is not deleted before this transaction ends. */
  hold(id: string): Promise<MailboxRow | undefined>
  /**
   * The same as `get`, and nobody else holds it or puts anything into it before this transaction ends. From here on this transaction waits
   * for nobody longer than a moment, so that a call that comes in never fails for it.
   * @throws MailboxBusy; so do `hold`, `handOver` and `delete` afterwards
   */
  lock(id: string): Promise<MailboxRow | undefined>
  /** Whether no fax lies in it and no number leads to it. */
  isEmpty(id: string): Promise<boolean>
  /** Moves its faxes, numbers and notices to another. @returns how many faxes and numbers moved */
  handOver(id: string, heirId: string, at: Date): Promise<{ faxes: number; numbers: number }>
  delete(id: string): Promise<void>
}

/** Somebody is putting something into the mailbox just now: the transaction is to be done again. */
export class MailboxBusy extends Error {
  override readonly name = 'MailboxBusy'
}

/** A rule about received faxes. `domain/inbox/inbound-route.ts` says what conditions and actions may be. */
export interface RouteRow {
  readonly id: string
  /** Lower goes first. */
  readonly position: number
  readonly name: string
  readonly enabled: boolean
  /** `null`: for calls to every number. */
  readonly numberId: string | null
  /** Conditions, and addresses to be told: sealed JSON. */
  readonly conditionsSealed: Buffer
  readonly actions: Readonly<Record<string, unknown>>
  readonly createdAt: Date
  readonly updatedAt: Date
}

export type RoutePatch = Partial<Omit<RouteRow, 'id' | 'createdAt'>> & { readonly updatedAt: Date }

/** A call that was refused for its caller. */
export interface BlockedCallRow {
  readonly id: string
  /** `null`: the rule was deleted since. */
  readonly routeId: string | null
  readonly numberId: string | null
  readonly reason: string
  readonly fromSealed: Buffer | null
  readonly at: Date
}

export interface RouteRepository {
  insert(route: RouteRow): Promise<void>
  get(id: string): Promise<RouteRow | undefined>
  /** By position, then the oldest. */
  list(): Promise<RouteRow[]>
  update(id: string, patch: RoutePatch): Promise<RouteRow | undefined>
  delete(id: string): Promise<boolean>
  recordBlocked(call: BlockedCallRow): Promise<void>
  /** Newest first. */
  blockedCalls(afterId: string | undefined, limit: number): Promise<BlockedCallRow[]>
}
