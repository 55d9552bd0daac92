import { Problem } from '../../domain/problem/problem.ts'
import { CarrierRefused } from '../../ports/carrier.ts'
import type { NumberRow } from '../../ports/store/number-store.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import type { Tx } from '../../ports/store/store.ts'
import { accountNow } from '../account-now.ts'
import type { Services } from '../services.ts'
import { carrierNamed, refusalOf } from './number-carrier.ts'
import { recordNumberEvent } from './number-orders.ts'

/**
 * Gives a number back. The row stays, with the faxes that came on it. The carrier is told first: when this process dies after that,
 * releasing it again finds that the carrier holds it no more, and only the row is left to be changed.
 * @throws Problem `number.not_found`, `number.order_in_flight`, `number.of_trunk`, `number.no_carrier`, `system.carrier_unavailable`
 */
export async function releaseNumber(
  services: Services,
  scope: Scope,
  actor: Actor,
  id: string,
): Promise<NumberRow> {
  const held = await services.store.asAccount(scope, async (tx) => {
    const number = await tx.numbers.get(id)
    if (!number || number.releasedAt) throw new Problem('number.not_found')
    if (number.ordering) throw new Problem('number.order_in_flight')
    await assertNotNamed(tx, number)
    return number
  })
  if (held.carrier !== 'sip') await giveBack(services, scope, held)
  return services.store.asAccount(scope, async (tx) => {
    const number = await tx.numbers.lock(id)
    if (!number) throw new Problem('number.not_found')
    // Another request was first.
    if (number.releasedAt) return number
    const now = await accountNow(services, tx)
    const released = (await tx.numbers.update(id, { releasedAt: now, updatedAt: now })) ?? number
    const action = 'number.released'
    await recordNumberEvent(services, tx, released, action, { actor, action }, now)
    return released
  })
}

/** A trunk that names a number would bring it back. */
async function assertNotNamed(tx: Tx, { carrier, number }: NumberRow): Promise<void> {
  if (carrier !== 'sip') return
  const trunks = await tx.trunks.list()
  if (trunks.some(({ settings }) => settings.inbound.dids.includes(number)))
    throw new Problem('number.of_trunk')
}

async function giveBack(
  services: Services,
  scope: Scope,
  { carrier: name, number, carrierRef }: NumberRow,
): Promise<void> {
  const carrier = await carrierNamed(services, scope, name)
  try {
    await carrier.release({ number, reference: carrierRef })
  } catch (error) {
    if (error instanceof CarrierRefused && error.reason === 'not_held') return
    throw refusalOf(services, error)
  }
}
