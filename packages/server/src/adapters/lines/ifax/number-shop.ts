import { parseNumber } from '../../../domain/numbers/number.ts'
import {
  CARRIER_CALL_MS,
  type Carrier,
  type CarrierNumber,
  type CarrierRefusal,
  CarrierRefused,
} from '../../../ports/carrier.ts'
import { UpstreamError } from '../../../ports/upstream.ts'
import { areas, buy, list, numbersIn, release, search } from './carrier.ts'
import type { IFaxClient } from './client.ts'

/** A provider as a carrier of numbers. What it says of a number that is none of E.164 is left out. */
export function numberShop(client: IFaxClient): Carrier {
  return {
    areas: (place) =>
      asking('not_offered', async (signal) => {
        const found = await areas(client, place.region ?? place.country, signal)
        return found.map(({ id, prefix }) => ({ ...place, id, prefix: prefix ?? null }))
      }),
    numbersIn: (areaId) =>
      asking('not_offered', async (signal) => {
        const found = await numbersIn(client, areaId, signal)
        return found.flatMap((text) => {
          const number = parseNumber(text)
          return number === undefined ? [] : [{ number, areaId }]
        })
      }),
    search: (number) =>
      asking('unavailable', async (signal) => {
        if (await search(client, number, signal)) return { number, areaId: null }
        throw new CarrierRefused('unavailable', 'The provider does not sell this number now.')
      }),
    buy: (number) =>
      asking('unavailable', async (signal) => ({
        number,
        reference: { ...(await buy(client, number, signal)) },
      })),
    release: ({ reference }) =>
      asking('not_held', async (signal) => {
        const { numberId, orderId } = reference ?? {}
        if (typeof numberId !== 'string' || typeof orderId !== 'string')
          throw new CarrierRefused('not_held', 'The provider never said what it calls this number.')
        await release(client, { numberId, orderId }, signal)
      }),
    list: () =>
      asking('down', async (signal) => {
        const held = await list(client, signal)
        return held.flatMap(({ number: text, ref }): CarrierNumber[] => {
          const number = parseNumber(text)
          return number === undefined ? [] : [{ number, reference: ref ? { ...ref } : null }]
        })
      }),
  }
}

/** @param refusal what a plain no means here; anything less plain leaves open what happened */
async function asking<T>(refusal: CarrierRefusal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  try {
    return await work(AbortSignal.timeout(CARRIER_CALL_MS))
  } catch (error) {
    if (error instanceof CarrierRefused) throw error
    const isPlain = error instanceof UpstreamError && error.kind === 'refused'
    throw new CarrierRefused(
      isPlain ? refusal : 'down',
      isPlain ? 'The provider refused.' : 'No clear answer.',
    )
  }
}
