import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SANDBOX_CARRIER, SANDBOX_CARRIER_SOURCE } from '../../src/adapters/carriers/sandbox-carrier.ts'
import { machineAt } from '../../src/adapters/lines/sandbox/numbers.ts'
import { parseNumber, sandboxNumber } from '../../src/domain/numbers/number.ts'
import { AREA_CODES, parsePlace } from '../../src/domain/numbers/number-place.ts'
import { CarrierRefused } from '../../src/ports/carrier.ts'

const NATIONS = ['US', 'CA'] as const
const everywhere = async () =>
  (await Promise.all(NATIONS.map((country) => SANDBOX_CARRIER.areas({ country, region: null })))).flat()

test('every state, the District of Columbia and every province has an area, each with an id of its own', async () => {
  const areas = await everywhere()
  const regions = (nation: string) => new Set(areas.filter((a) => a.country === nation).map((a) => a.region))
  assert.deepEqual([regions('US').size, regions('CA').size], [51, 13])
  assert.equal(new Set(areas.map(({ id }) => id)).size, areas.length)
})

test('area codes are those of the North American plan, and each is of one state', () => {
  const seen = new Set<string>()
  for (const codes of Object.values(AREA_CODES.US)) {
    for (const code of codes.split(' ')) {
      assert.match(code, /^[2-9]\d\d$/)
      // N11 are services, and N9X is kept for longer numbers.
      assert.doesNotMatch(code, /^.11$|^.9/)
      assert.ok(!seen.has(code), code)
      seen.add(code)
    }
  }
  for (const codes of Object.values(AREA_CODES.CA)) {
    for (const code of codes.split(' ')) assert.ok(!seen.has(code), code)
  }
})

test('only numbers nobody can have are sold, and none that a machine of the sandbox answers', async () => {
  const unassigned = machineAt(parseNumber('+12025550104')!, CALL).machine
  for (const { id } of await everywhere()) {
    const offers = await SANDBOX_CARRIER.numbersIn(id)
    assert.equal(offers.length, 50)
    for (const { number, areaId } of offers) {
      assert.equal(parseNumber(number), number)
      assert.equal(sandboxNumber(number)?.plan, 'answerback')
      assert.equal(areaId, id)
      assert.equal(machineAt(number, CALL).machine, unassigned, number)
    }
  }
})

const CALL = { attemptNumber: 1, firstPage: 1, pageCount: 1 }

test('what is offered can be searched and bought, and is the same each time', async () => {
  const [offer] = await SANDBOX_CARRIER.numbersIn('US-NY-212')
  assert.deepEqual(offer, { number: '+12125550150', areaId: 'US-NY-212' })
  assert.deepEqual(await SANDBOX_CARRIER.search(offer!.number), offer)
  assert.deepEqual(await SANDBOX_CARRIER.buy(offer!.number), { number: '+12125550150', reference: null })
})

test('anything else is not offered', async () => {
  const refused = (error: unknown) => error instanceof CarrierRefused && error.reason === 'not_offered'
  for (const number of ['+12125550149', '+12126661234', '+19105550050', '+15555550150', '+442079460000']) {
    await assert.rejects(SANDBOX_CARRIER.buy(number as never), refused, number)
    await assert.rejects(SANDBOX_CARRIER.search(number as never), refused, number)
  }
  for (const areaId of ['', 'US', 'US-NY', 'US-NY-213', 'US-toString-212', '__proto__-x-1', 'US-NY-212-']) {
    await assert.rejects(SANDBOX_CARRIER.numbersIn(areaId), refused, areaId)
  }
})

test('a live key is never sold a simulated number', async () => {
  assert.equal(await SANDBOX_CARRIER_SOURCE.open({ accountId: 'acc_1', mode: 'live' }), undefined)
  assert.ok(await SANDBOX_CARRIER_SOURCE.open({ accountId: 'acc_1', mode: 'test' }))
})

test('an abbreviation means one place', () => {
  for (const [text, place] of [
    ['us', ['US', null]],
    [' USA ', ['US', null]],
    ['CAN', ['CA', null]],
    ['CA', ['US', 'CA']],
    ['ON', ['CA', 'ON']],
    ['DE', ['US', 'DE']],
    ['GB', ['GB', null]],
  ] as const) {
    const parsed = parsePlace(text)
    assert.deepEqual([parsed?.country, parsed?.region], place, text)
  }
  for (const text of ['', 'U', 'Zebra', '12', 'U\u0000S']) assert.equal(parsePlace(text), undefined)
})

test('whatever an abbreviation or an area is said to be, it is read or refused', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ maxLength: 40 }), async (text) => {
      const place = parsePlace(text)
      if (place) assert.match(`${place.country}-${place.region ?? 'NY'}`, /^[A-Z]{2}-[A-Z]{2}$/)
      const outcome = await SANDBOX_CARRIER.numbersIn(text).catch((error) => error)
      assert.ok(Array.isArray(outcome) || outcome instanceof CarrierRefused)
      const areas = await SANDBOX_CARRIER.areas({ country: text, region: text })
      assert.ok(areas.length <= 40)
    }),
    { numRuns: 500 },
  )
})
