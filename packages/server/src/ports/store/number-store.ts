import type { Mode } from '../../domain/fax/fax.ts'
import type { E164 } from '../../domain/numbers/number.ts'
import type { CarrierName, NumberSettings } from '../../domain/numbers/phone-number.ts'

/** An order that was given to the carrier, or is about to be, and whose outcome is not stored yet. */
export interface NumberOrder {
  /** Who may store the outcome: a later order for the number has another. */
  readonly token: string
  /** By the machine's clock. */
  readonly since: Date
}

export interface NumberRow {
  readonly id: string
  readonly accountId: string
  readonly mode: Mode
  /** The two names an iFax client knows a number by. */
  readonly numberId: number
  readonly orderId: string
  readonly number: E164
  readonly carrier: CarrierName
  /** How the carrier names it; `null` when by the number itself. */
  readonly carrierRef: Readonly<Record<string, unknown>> | null
  readonly trunkId: string | null
  /** Not `null`: the carrier has not said yet that it is ours. */
  readonly ordering: NumberOrder | null
  /** Where its faxes lie unless a route says otherwise; `null`: the default mailbox. */
  readonly mailboxId: string | null
  readonly settings: NumberSettings
  readonly createdAt: Date
  readonly updatedAt: Date
  readonly releasedAt: Date | null
}

export type NewNumber = Omit<
  NumberRow,
  'accountId' | 'mode' | 'numberId' | 'orderId' | 'ordering' | 'releasedAt'
> & { readonly ordering?: NumberOrder }

export type NumberPatch = Partial<
  Pick<NumberRow, 'settings' | 'mailboxId' | 'trunkId' | 'carrier' | 'carrierRef' | 'ordering' | 'releasedAt'>
> & { readonly updatedAt: Date }

export interface NumberListFilter {
  /** Ids are time-ordered, so an id is the cursor. Newest first. */
  readonly afterId?: string
  /** Also those given back; never what was ordered in vain. */
  readonly released?: boolean
  readonly limit: number
}

/** An account owns a number once at a time; one given back stays as a row, for the faxes that came on it. */
export interface NumberRepository {
  /** `undefined` when the account owns the number already. */
  insert(number: NewNumber): Promise<NumberRow | undefined>
  /** Leaves out those the account owns already. @returns how many were written */
  insertMany(numbers: readonly NewNumber[]): Promise<number>
  get(id: string): Promise<NumberRow | undefined>
  /** The one owned now. */
  find(number: string): Promise<NumberRow | undefined>
  /** Which of these are owned now. */
  ownedAmong(numbers: readonly string[]): Promise<ReadonlySet<string>>
  findByNumberId(numberId: number): Promise<NumberRow | undefined>
  list(filter: NumberListFilter): Promise<NumberRow[]>
  /** The same as `get`, and nobody else changes the row until this transaction ends. */
  lock(id: string): Promise<NumberRow | undefined>
  /** How many the account owns now. */
  count(): Promise<number>
  /** All of a carrier's that are owned now. */
  ofCarrier(carrier: CarrierName): Promise<NumberRow[]>
  updateMany(
    ids: readonly string[],
    patch: Pick<NumberPatch, 'trunkId' | 'releasedAt' | 'updatedAt'>,
  ): Promise<void>
  update(id: string, patch: NumberPatch): Promise<NumberRow | undefined>
}
