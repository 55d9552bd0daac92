import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { buyNumber, settleLostOrders } from '../../../src/application/numbers/number-orders.ts'
import { releaseNumber } from '../../../src/application/numbers/number-release.ts'
import { getNumber, listNumbers } from '../../../src/application/numbers/numbers.ts'
import type { Services } from '../../../src/application/services.ts'
import { sweep } from '../../../src/application/upkeep/sweep.ts'
import type { Scope } from '../../../src/ports/store/scope.ts'
import { Crash, crashingServices } from '../../support/crashing-services.ts'
import { testDatabase } from '../../support/database.ts'
import { ACTOR, createTestServices } from '../../support/services.ts'
import { refused, ShopCarrier } from '../../support/shop-carrier.ts'

const services = await createTestServices(await testDatabase())
after(() => services.close())

const NUMBER = '+12026660001'
const MINUTE = 60_000

async function shopping() {
  const shop = new ShopCarrier()
  const scope: Scope = { ...(await services.addAccount()), mode: 'live' }
  const own: Services = { ...services, carriers: [shop.source] }
  return { shop, scope, own, buy: (from: Services = own) => buyNumber(from, scope, ACTOR, NUMBER) }
}

const code = (wanted: string) => (error: Error & { code?: string }) => error.code === wanted

async function statesOf(scope: Scope) {
  const { numbers } = await listNumbers(services, scope, { released: true, limit: 10 })
  return numbers.map(({ ordering, releasedAt }) =>
    ordering ? 'ordering' : releasedAt ? 'released' : 'active',
  )
}

async function told(scope: Scope) {
  await services.settle()
  return services.store.asAccount(scope, async (tx) => {
    const events = await tx.events.list(undefined, 100)
    const audit = await tx.audit.list({ limit: 100 })
    return {
      events: events.map(({ type, data }) => ({ type, data })),
      audit: audit.map(({ action }) => action),
      text: JSON.stringify([events, audit]),
    }
  })
}

test('a number is bought once: of ten buyers at the same moment one gets it, and the carrier sells one', async () => {
  const { shop, scope, buy } = await shopping()
  const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => buy()))
  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1)
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected') {
      assert.match(outcome.reason.code, /^number\.(owned|order_in_flight)$/)
    }
  }
  assert.deepEqual(shop.sold, [NUMBER])
  assert.deepEqual(await statesOf(scope), ['active'])
})

test('a purchase is told and audited, by ids and without the number', async () => {
  const { scope, buy, own } = await shopping()
  const bought = await buy()
  await releaseNumber(own, scope, ACTOR, bought.id)
  const { events, audit, text } = await told(scope)
  const data = { numberId: bought.id, numericId: bought.numberId, orderId: bought.orderId, carrier: 'ifax' }
  assert.deepEqual(events, [
    { type: 'number.ordered', data },
    { type: 'number.released', data },
  ])
  assert.deepEqual(audit.toSorted(), ['number.ordered', 'number.released'])
  assert.ok(!text.includes(NUMBER))
})

test('whenever the process dies during a purchase, the number is the account’s in the end, or was never bought', async () => {
  let deaths = 0
  for (let at = 1; ; at += 1) {
    const { shop, scope, own, buy } = await shopping()
    const dying = { ...crashingServices(services, { count: 0, at }), carriers: own.carriers }
    const ended = await buy(dying).then(
      () => 'bought',
      (error) => (error instanceof Crash ? 'died' : assert.fail(error)),
    )
    await services.clock.advance(MINUTE)
    await sweep(own)
    const states = await statesOf(scope)
    assert.deepEqual(states, shop.sold.length > 0 ? ['active'] : [], `death at effect ${at}`)
    const { events } = await told(scope)
    assert.equal(events.length, shop.sold.length, `death at effect ${at}`)
    if (ended === 'bought') break
    deaths += 1
  }
  assert.ok(deaths >= 4, `${deaths} deaths`)
})

test('after a death the next buyer takes the order over when it is a minute old, and not before', async () => {
  const { shop, scope, own, buy } = await shopping()
  const dying = { ...crashingServices(services, { count: 0, at: 3 }), carriers: own.carriers }
  await assert.rejects(buy(dying), Crash)
  assert.deepEqual([shop.sold.length, await statesOf(scope)], [1, ['ordering']])
  await assert.rejects(buy(), code('number.order_in_flight'))
  await services.clock.advance(MINUTE)
  const bought = await buy()
  assert.equal(bought.ordering, null)
  assert.deepEqual(bought.carrierRef, { shelf: 0 })
  assert.deepEqual([shop.sold.length, await statesOf(scope)], [1, ['active']])
})

test('a carrier that sold the number and then did not answer has sold it once', async () => {
  const { shop, scope, own, buy } = await shopping()
  shop.failing = { error: refused('down'), sold: true }
  await assert.rejects(buy(), code('system.carrier_unavailable'))
  assert.deepEqual(await statesOf(scope), ['ordering'])
  shop.down = true
  await services.clock.advance(MINUTE)
  assert.equal(await settleLostOrders(own), 0)
  assert.deepEqual(await statesOf(scope), ['ordering'], 'nothing is known while the carrier is silent')
  shop.down = false
  assert.equal(await settleLostOrders(own), 0, 'one look a minute')
  await services.clock.advance(MINUTE)
  assert.equal(await settleLostOrders(own), 1)
  assert.deepEqual([shop.sold, await statesOf(scope)], [[NUMBER], ['active']])
})

test('an order whose outcome nobody heard is dropped when the carrier did not sell, and not given again', async () => {
  const { shop, scope, own, buy } = await shopping()
  shop.failing = { error: new Error('socket hang up'), sold: false }
  await assert.rejects(buy(), /socket hang up/)
  await services.clock.advance(MINUTE)
  assert.equal(await settleLostOrders(own), 1)
  assert.deepEqual([shop.sold, await statesOf(scope)], [[], []])
  assert.equal((await buy()).number, NUMBER)
})

test('a plain no from the carrier leaves nothing behind', async () => {
  for (const reason of ['unavailable', 'not_offered'] as const) {
    const { shop, scope, buy } = await shopping()
    shop.failing = { error: refused(reason), sold: false }
    await assert.rejects(buy(), code(`number.${reason}`))
    assert.deepEqual(await statesOf(scope), [])
    assert.deepEqual((await told(scope)).events, [])
    assert.equal((await buy()).number, NUMBER)
  }
})

test('a number the carrier holds for the account already is taken over, not bought', async () => {
  const { shop, scope, buy } = await shopping()
  const reference = { shelf: 77 }
  shop.held.set(NUMBER as never, { number: NUMBER as never, reference })
  assert.deepEqual((await buy()).carrierRef, reference)
  assert.deepEqual([shop.sold, (await told(scope)).audit], [[], ['number.adopted']])
})

test('a released number stays as a row, can be bought anew, and is then another number', async () => {
  const { shop, scope, own, buy } = await shopping()
  const first = await buy()
  await releaseNumber(own, scope, ACTOR, first.id)
  await services.clock.advance(1)
  await assert.rejects(releaseNumber(own, scope, ACTOR, first.id), code('number.not_found'))
  const second = await buy()
  assert.notEqual(second.id, first.id)
  assert.notEqual(second.numberId, first.numberId)
  assert.ok((await getNumber(services, scope, first.id)).releasedAt)
  assert.deepEqual(await statesOf(scope), ['active', 'released'])
  assert.deepEqual([shop.sold.length, shop.released], [2, [NUMBER]])
})

test('a release that the carrier has heard and the row has not is ended by releasing again', async () => {
  const { shop, scope, own, buy } = await shopping()
  const bought = await buy()
  const dying = { ...crashingServices(services, { count: 0, at: 3 }), carriers: own.carriers }
  await assert.rejects(releaseNumber(dying, scope, ACTOR, bought.id), Crash)
  assert.deepEqual([shop.released, await statesOf(scope)], [[NUMBER], ['active']])
  await releaseNumber(own, scope, ACTOR, bought.id)
  assert.deepEqual(await statesOf(scope), ['released'])
})

test('a carrier that does not answer keeps the number', async () => {
  const { shop, scope, own, buy } = await shopping()
  const bought = await buy()
  shop.down = true
  await assert.rejects(releaseNumber(own, scope, ACTOR, bought.id), code('system.carrier_unavailable'))
  assert.deepEqual(await statesOf(scope), ['active'])
})
