import type { E164 } from '../domain/numbers/number.ts'
import type { CarrierName } from '../domain/numbers/phone-number.ts'
import type { Scope } from './store/scope.ts'

/** A country, or one state or province of it. */
export interface CarrierPlace {
  /** ISO 3166-1 alpha-2. */
  readonly country: string
  /** Second part of the ISO 3166-2 code, such as `NY`; `null`: the whole country. */
  readonly region: string | null
}

/** Where a carrier has numbers. */
export interface CarrierArea extends CarrierPlace {
  /** The carrier's own name for it; stays the same. */
  readonly id: string
  /** Area code: what a number of it begins with after the country code. `null`: the carrier does not say. */
  readonly prefix: string | null
}

/** A number that can be bought now. */
export interface CarrierOffer {
  readonly number: E164
  readonly areaId: string | null
}

/** A number the carrier holds for us. */
export interface CarrierNumber {
  readonly number: E164
  /** How the carrier names it, as JSON; `null` when by the number itself. */
  readonly reference: Readonly<Record<string, unknown>> | null
}

/**
 * - `unavailable`: somebody else has it;
 * - `not_offered`: this carrier never sells such a number, or has no such area;
 * - `not_held`: asked to release what is not ours (any more);
 * - `down`: no answer, or one that says nothing. Whether a number was bought is then unknown.
 */
export type CarrierRefusal = 'unavailable' | 'not_offered' | 'not_held' | 'down'

/** What every call of a carrier may reject with. Its message is for the operator's log and holds no number. */
export class CarrierRefused extends Error {
  override readonly name = 'CarrierRefused'
  readonly reason: CarrierRefusal

  constructor(reason: CarrierRefusal, message: string) {
    super(message)
    this.reason = reason
  }
}

/** Who sells numbers to one account. Calls give up within `CARRIER_CALL_MS` with `down`. */
export interface Carrier {
  areas(place: CarrierPlace): Promise<readonly CarrierArea[]>
  /** Some of an area's numbers that can be bought; a carrier may name the account's own among them. */
  numbersIn(areaId: string): Promise<readonly CarrierOffer[]>
  /** Whether this one can be bought. @throws CarrierRefused `unavailable`, `not_offered` */
  search(number: E164): Promise<CarrierOffer>
  buy(number: E164): Promise<CarrierNumber>
  release(held: CarrierNumber): Promise<void>
  /** All the carrier holds for the account; by it an order is found again whose outcome nobody heard. */
  list(): Promise<readonly CarrierNumber[]>
}

export const CARRIER_CALL_MS = 20_000

/** A kind of carrier, of which each account may have one. */
export interface CarrierSource {
  readonly name: CarrierName
  /** The account's, in this mode; `undefined` when it has none here. */
  open(scope: Scope): Promise<Carrier | undefined>
}
