import { type E164, sandboxNumber } from '../../domain/numbers/number.ts'
import { AREA_CODES, hasAreas } from '../../domain/numbers/number-place.ts'
import {
  type Carrier,
  type CarrierArea,
  type CarrierOffer,
  type CarrierPlace,
  CarrierRefused,
  type CarrierSource,
} from '../../ports/carrier.ts'

/** Below it the last two digits choose what the sandbox's far end does (docs/guides/test-mode.md): nobody's own numbers. */
const FIRST_FOR_SALE = 50
const NUMBERS_OF_AREA = 100 - FIRST_FOR_SALE

/**
 * Sells simulated numbers: `+1 <area> 555 0150` to `0199`, which are never assigned, so nobody can be called on them and nobody is
 * charged. It keeps nothing: what an account has bought is in the account's rows alone, and each account may have the same number.
 */
export const SANDBOX_CARRIER: Carrier = {
  async areas(place) {
    return areasOf(place)
  },
  async numbersIn(areaId) {
    const area = findArea(areaId)
    if (!area) throw new CarrierRefused('not_offered', 'The sandbox has no such area.')
    return Array.from({ length: NUMBERS_OF_AREA }, (_, index) => ({
      number: `+1${area.prefix}55501${FIRST_FOR_SALE + index}` as E164,
      areaId,
    }))
  },
  async search(number) {
    return offerOf(number)
  },
  async buy(number) {
    return { number: offerOf(number).number, reference: null }
  },
  async release() {},
  async list() {
    return []
  },
}

/** For test keys; a live key is never sold a number nobody can call. */
export const SANDBOX_CARRIER_SOURCE: CarrierSource = {
  name: 'sandbox',
  open: async ({ mode }) => (mode === 'test' ? SANDBOX_CARRIER : undefined),
}

interface SandboxArea extends CarrierArea {
  readonly prefix: string
}

function areasOf({ country, region }: CarrierPlace): SandboxArea[] {
  if (!hasAreas(country)) return []
  const regions = region === null ? Object.keys(AREA_CODES[country]) : [region]
  return regions.flatMap((each) => {
    if (!Object.hasOwn(AREA_CODES[country], each)) return []
    const prefixes = AREA_CODES[country][each]!.split(' ')
    return prefixes.map((prefix) => ({ id: `${country}-${each}-${prefix}`, prefix, country, region: each }))
  })
}

function findArea(areaId: string): SandboxArea | undefined {
  const [country = '', region = ''] = areaId.split('-')
  return areasOf({ country, region }).find(({ id }) => id === areaId)
}

const AREA_IDS = new Map(
  ['US', 'CA'].flatMap((country) =>
    areasOf({ country, region: null }).map(({ prefix, id }): [string, string] => [prefix, id]),
  ),
)

function offerOf(number: E164): CarrierOffer {
  const simulated = sandboxNumber(number)
  const areaId = AREA_IDS.get(number.slice(2, 5))
  if (simulated?.plan !== 'answerback' || simulated.code < FIRST_FOR_SALE || areaId === undefined) {
    throw new CarrierRefused(
      'not_offered',
      `The sandbox sells simulated numbers only: +1, an area code, and 555-01${FIRST_FOR_SALE} to 555-0199.`,
    )
  }
  return { number, areaId }
}
