import type { AuditAction } from '../../domain/audit/audit-action.ts'
import type { E164 } from '../../domain/numbers/number.ts'
import { type CarrierName, PLAIN_NUMBER } from '../../domain/numbers/phone-number.ts'
import { Problem } from '../../domain/problem/problem.ts'
import { type Carrier, type CarrierNumber, CarrierRefused } from '../../ports/carrier.ts'
import type { NumberOrder, NumberRow } from '../../ports/store/number-store.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import type { Tx } from '../../ports/store/store.ts'
import { accountNow } from '../account-now.ts'
import { recordAudit, recordEvent, WORKER } from '../record-change.ts'
import type { Services } from '../services.ts'
import { carrierNamed, carrierOf, refusalOf } from './number-carrier.ts'
import { readNumber } from './number-catalogue.ts'

/** An account with more has a program that buys in a loop. */
export const NUMBERS_MAX = 10_000
/** Longer than a carrier's calls may take (`CARRIER_CALL_MS`): whoever gave the order has died. */
const ORDER_LIMIT_MS = 60_000
const ORDERS_OF_SWEEP = 50

/** An order this process gives, and nobody else until it runs out. */
interface Order {
  readonly id: string
  readonly token: string
  readonly number: E164
  readonly carrier: CarrierName
}

export interface NumberHooks {
  readonly inTransaction?: (tx: Tx, number: NumberRow) => Promise<void>
}

/**
 * Buys a number, once, or takes over one that the carrier holds for the account already.
 *
 * The row is written before the carrier is asked, and says that the number is being ordered: of two buyers one writes it and the other
 * is refused. When this process dies before it has stored the outcome, the row is what is left of the order: `settleLostOrders`, or
 * the next buyer, asks the carrier whether the number is ours. So nothing bought is lost, and nothing is bought twice.
 * @throws Problem `number.invalid`, `number.owned`, `number.order_in_flight`, `number.unavailable`, `number.not_offered`,
 *   `number.no_carrier`, `number.limit`, `system.carrier_unavailable` (the outcome is unknown: the order stands until it is settled)
 */
export async function buyNumber(
  services: Services,
  scope: Scope,
  actor: Actor,
  wanted: string,
  hooks: NumberHooks = {},
): Promise<NumberRow> {
  const number = readNumber(wanted)
  const { name, carrier } = await carrierOf(services, scope)
  const order = await beginOrder(services, scope, number, name)
  const bought = await give(services, scope, carrier, order)
  return finishOrder(services, scope, actor, order, bought, hooks)
}

async function beginOrder(
  services: Services,
  scope: Scope,
  number: E164,
  carrier: CarrierName,
): Promise<Order> {
  const ordering = { token: services.random.id('ord'), since: new Date(services.clock.now()) }
  return services.store.asAccount(scope, async (tx) => {
    if ((await tx.numbers.count()) >= NUMBERS_MAX) throw new Problem('number.limit')
    const now = await accountNow(services, tx)
    const fresh = await tx.numbers.insert({
      id: services.random.id('num'),
      number,
      carrier,
      carrierRef: null,
      ordering,
      trunkId: null,
      mailboxId: null,
      settings: PLAIN_NUMBER,
      createdAt: now,
      updatedAt: now,
    })
    const id = fresh?.id ?? (await takeOver(tx, number, { ordering, carrier }))
    return { id, token: ordering.token, number, carrier }
  })
}

/** The order of a process that has died, to be given again. */
async function takeOver(
  tx: Tx,
  number: E164,
  anew: { readonly ordering: NumberOrder; readonly carrier: CarrierName },
): Promise<string> {
  const found = await tx.numbers.find(number)
  const held = found && (await tx.numbers.lock(found.id))
  if (held?.releasedAt === null && held.ordering === null) throw new Problem('number.owned')
  const isLost =
    held?.ordering && anew.ordering.since.getTime() - held.ordering.since.getTime() >= ORDER_LIMIT_MS
  if (!held || held.releasedAt || !isLost) throw new Problem('number.order_in_flight')
  await tx.numbers.update(held.id, { ...anew, updatedAt: held.updatedAt })
  return held.id
}

interface Bought extends CarrierNumber {
  /** The carrier held it for us before it was asked to sell it. */
  readonly adopted: boolean
}

async function give(services: Services, scope: Scope, carrier: Carrier, order: Order): Promise<Bought> {
  try {
    const held = (await carrier.list()).find(({ number }) => number === order.number)
    return held ? { ...held, adopted: true } : { ...(await carrier.buy(order.number)), adopted: false }
  } catch (error) {
    // Only a plain no ends the order. Whatever else went wrong, the carrier may have sold it.
    if (error instanceof CarrierRefused && error.reason !== 'down') await dropOrder(services, scope, order)
    throw refusalOf(services, error)
  }
}

async function finishOrder(
  services: Services,
  scope: Scope,
  actor: Actor,
  order: Order,
  bought: Bought,
  hooks: NumberHooks = {},
): Promise<NumberRow> {
  return services.store.asAccount(scope, async (tx) => {
    const held = await tx.numbers.lock(order.id)
    // Too late: another took the order over, and stores or has stored the same.
    if (held?.releasedAt === null && held.ordering === null) return held
    if (held?.ordering?.token !== order.token) throw new Problem('number.order_in_flight')
    const now = await accountNow(services, tx)
    const change = { ordering: null, carrierRef: bought.reference, updatedAt: now }
    const number = (await tx.numbers.update(held.id, change)) ?? held
    const action = bought.adopted ? 'number.adopted' : 'number.ordered'
    await recordNumberEvent(services, tx, number, 'number.ordered', { actor, action }, now)
    await hooks.inTransaction?.(tx, number)
    return number
  })
}

async function dropOrder(services: Services, scope: Scope, order: Order): Promise<void> {
  await services.store.asAccount(scope, async (tx) => {
    const held = await tx.numbers.lock(order.id)
    if (held?.ordering?.token !== order.token) return
    const now = await accountNow(services, tx)
    await tx.numbers.update(held.id, { releasedAt: now, updatedAt: now })
  })
}

/** Tells that the account has a number more or less, with the audit entry of it. The number itself stands in neither. */
export async function recordNumberEvent(
  services: Services,
  tx: Tx,
  { id, numberId, orderId, carrier }: NumberRow,
  type: 'number.ordered' | 'number.released',
  { actor, action }: { readonly actor: Actor; readonly action: AuditAction },
  at: Date,
): Promise<void> {
  const data = { numberId: id, numericId: numberId, orderId, carrier }
  // About no fax: numbers count no events of their own.
  await recordEvent(services, tx, { type, subjectId: null, data, at })
  await recordAudit(services, tx, actor, action, id, { numericId: numberId, carrier })
}

/**
 * Looks up at their carriers what became of orders whose process died. Bought: the number is the account's. Not bought: the order is
 * dropped; it is not given again, because nobody waits for it any more.
 * @returns how many were settled
 */
export async function settleLostOrders(services: Services): Promise<number> {
  const before = new Date(services.clock.now() - ORDER_LIMIT_MS)
  const lost = await services.store.asSystem((tx) => tx.due.lostNumberOrders(before, ORDERS_OF_SWEEP))
  let settled = 0
  for (const { scope, id } of lost) {
    try {
      if (await settle(services, scope, id)) settled += 1
    } catch (error) {
      services.log.error('number.order_not_settled', { accountId: scope.accountId, error })
    }
  }
  return settled
}

async function settle(services: Services, scope: Scope, id: string): Promise<boolean> {
  const ordering = { token: services.random.id('ord'), since: new Date(services.clock.now()) }
  const held = await services.store.asAccount(scope, async (tx) => {
    const row = await tx.numbers.lock(id)
    const age = row?.ordering ? ordering.since.getTime() - row.ordering.since.getTime() : 0
    if (!row || row.releasedAt || age < ORDER_LIMIT_MS) return undefined
    // The next look is a minute away, also when the carrier does not answer this one.
    await tx.numbers.update(id, { ordering, updatedAt: row.updatedAt })
    return row
  })
  if (!held) return false
  const order: Order = { id, token: ordering.token, number: held.number, carrier: held.carrier }
  const carrier = await carrierNamed(services, scope, held.carrier)
  const ours = (await carrier.list()).find(({ number }) => number === held.number)
  if (ours) await finishOrder(services, scope, WORKER, order, { ...ours, adopted: false })
  else await dropOrder(services, scope, order)
  return true
}
