import type { E164 } from '../../domain/numbers/number.ts'
import { parseNumber } from '../../domain/numbers/number.ts'
import type { CarrierName } from '../../domain/numbers/phone-number.ts'
import { Problem } from '../../domain/problem/problem.ts'
import type { CarrierArea, CarrierOffer, CarrierPlace } from '../../ports/carrier.ts'
import type { Scope } from '../../ports/store/scope.ts'
import type { Services } from '../services.ts'
import { asking, carrierOf } from './number-carrier.ts'

/** A number that can be bought, and who sells it. */
export interface Offer extends CarrierOffer {
  readonly carrier: CarrierName
}

/** A carrier that answers with more has not understood; an account looks at a page of them. */
const OFFERS_MAX = 200
const AREAS_MAX = 1000

/** Areas of a country or of one of its regions; none where the carrier has no numbers. @throws Problem `number.no_carrier`, `system.carrier_unavailable` */
export async function listAreas(
  services: Services,
  scope: Scope,
  place: CarrierPlace,
): Promise<readonly CarrierArea[]> {
  const { carrier } = await carrierOf(services, scope)
  return (await asking(services, () => carrier.areas(place))).slice(0, AREAS_MAX)
}

/**
 * Numbers of an area that can be bought, without those the account has already.
 * @throws Problem `number.no_carrier`, `number.not_offered`, `system.carrier_unavailable`
 */
export async function listOffers(services: Services, scope: Scope, areaId: string): Promise<Offer[]> {
  const { name, carrier } = await carrierOf(services, scope)
  const offers = (await asking(services, () => carrier.numbersIn(areaId))).slice(0, OFFERS_MAX)
  const owned = await services.store.asAccount(scope, (tx) =>
    tx.numbers.ownedAmong(offers.map(({ number }) => number)),
  )
  return offers.filter(({ number }) => !owned.has(number)).map((offer) => ({ ...offer, carrier: name }))
}

/**
 * Whether one number can be bought.
 * @throws Problem `number.invalid`, `number.owned`, `number.unavailable`, `number.not_offered`, `number.no_carrier`,
 *   `system.carrier_unavailable`
 */
export async function searchNumber(services: Services, scope: Scope, text: string): Promise<Offer> {
  const number = readNumber(text)
  const { name, carrier } = await carrierOf(services, scope)
  const owned = await services.store.asAccount(scope, (tx) => tx.numbers.find(number))
  if (owned) throw new Problem('number.owned')
  return { ...(await asking(services, () => carrier.search(number))), carrier: name }
}

/** @throws Problem `number.invalid` naming the field `number` */
export function readNumber(text: string): E164 {
  const number = parseNumber(text)
  if (number === undefined) {
    throw new Problem('number.invalid', { field: 'number', detail: '"number" must be E.164.' })
  }
  return number
}
