import type { CarrierName } from '../../domain/numbers/phone-number.ts'
import { Problem } from '../../domain/problem/problem.ts'
import { type Carrier, CarrierRefused } from '../../ports/carrier.ts'
import type { Scope } from '../../ports/store/scope.ts'
import type { Services } from '../services.ts'

export interface NamedCarrier {
  readonly name: CarrierName
  readonly carrier: Carrier
}

/** Who sells numbers to this account in this mode: the first that it has. @throws Problem `number.no_carrier` */
export async function carrierOf(services: Services, scope: Scope): Promise<NamedCarrier> {
  for (const source of services.carriers) {
    const carrier = await source.open(scope)
    if (carrier) return { name: source.name, carrier }
  }
  throw new Problem('number.no_carrier')
}

/** The one a number was bought from. @throws Problem `number.no_carrier` when the account has it no more */
export async function carrierNamed(services: Services, scope: Scope, name: CarrierName): Promise<Carrier> {
  const source = services.carriers.find((each) => each.name === name)
  const carrier = await source?.open(scope)
  if (!carrier) {
    throw new Problem('number.no_carrier', {
      detail: 'The carrier this number was bought from is not configured any more.',
    })
  }
  return carrier
}

/** Asks a carrier, and tells the caller of its refusals as problems. */
export async function asking<T>(services: Services, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw refusalOf(services, error)
  }
}

export function refusalOf(services: Services, error: unknown): unknown {
  if (!(error instanceof CarrierRefused)) return error
  switch (error.reason) {
    case 'unavailable':
      return new Problem('number.unavailable')
    case 'not_offered':
      return new Problem('number.not_offered')
    case 'not_held':
      return new Problem('number.not_found')
    case 'down':
      services.log.warn('carrier.down', { error })
      return new Problem('system.carrier_unavailable')
  }
}
