import type { Mode } from '../domain/fax.ts'
import type { E164 } from '../domain/number.ts'
import type { CarrierName, NumberSettings } from '../domain/phone-number.ts'

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
  /** Where its faxes lie unless a route says otherwise; `null`: the default mailbox. */
  readonly mailboxId: string | null
  readonly settings: NumberSettings
  readonly createdAt: Date
  readonly updatedAt: Date
  readonly releasedAt: Date | null
}

export type NewNumber = Omit<NumberRow, 'accountId' | 'mode' | 'numberId' | 'orderId' | 'releasedAt'>

export type NumberPatch = Partial<
  Pick<NumberRow, 'settings' | 'mailboxId' | 'trunkId' | 'carrier' | 'carrierRef' | 'releasedAt'>
> & { readonly updatedAt: Date }

export interface NumberListFilter {
  /** Ids are time-ordered, so an id is the cursor. Newest first. */
  readonly afterId?: string
  /** Also those given back. */
  readonly released?: boolean
  readonly limit: number
}

/** An account owns a number once at a time; one given back stays as a row, for the faxes that came on it. */
export interface NumberRepository {
  /** `undefined` when the account owns the number already. */
  insert(number: NewNumber): Promise<NumberRow | undefined>
  get(id: string): Promise<NumberRow | undefined>
  /** The one owned now. */
  find(number: string): Promise<NumberRow | undefined>
  findByNumberId(numberId: number): Promise<NumberRow | undefined>
  list(filter: NumberListFilter): Promise<NumberRow[]>
  update(id: string, patch: NumberPatch): Promise<NumberRow | undefined>
}
