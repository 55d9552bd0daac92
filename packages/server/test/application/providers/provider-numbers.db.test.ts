import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { listAreas, listOffers } from '../../../src/application/numbers/number-catalogue.ts'
import { buyNumber } from '../../../src/application/numbers/number-orders.ts'
import { releaseNumber } from '../../../src/application/numbers/number-release.ts'
import { providerNumbers } from '../../../src/application/providers/provider-numbers.ts'
import type { E164 } from '../../../src/domain/numbers/number.ts'
import { IFaxDouble } from '../../support/ifax-double.ts'
import { addProviderAccount, createProviderServices } from '../../support/provider-services.ts'
import { ACTOR } from '../../support/services.ts'

const double = new IFaxDouble()
await double.listen()
const base = await createProviderServices()
const services = { ...base, carriers: [providerNumbers(base.store, base.keyring, base.upstream!)] }
after(async () => {
  await base.close()
  await double.close()
})
const SOLD = '+12025550188' as E164

test('a provider’s numbers are bought, held under the names it gave them, and given back', async () => {
  const { scope } = await addProviderAccount(base, double)
  const number = await buyNumber(services, scope, ACTOR, SOLD)
  assert.deepEqual([number.carrier, number.number], ['ifax', SOLD])
  assert.deepEqual(number.carrierRef, { numberId: '70', orderId: '1595589515890656281' })
  assert.deepEqual(double.numbers, [SOLD])
  await releaseNumber(services, scope, ACTOR, number.id)
  assert.equal(double.count('inbound/number-delete'), 1)
})

test('what the provider refuses is unavailable, and one that does not answer clearly is down', async () => {
  const { scope } = await addProviderAccount(base, double)
  double.mishap('inbound/buy', { kind: 'refuse', httpStatus: 200, code: 900200 })
  await assert.rejects(buyNumber(services, scope, ACTOR, '+12025550187' as E164), {
    code: 'number.unavailable',
  })
  const broken = await addProviderAccount(base, double, { baseUrl: 'http://127.0.0.1:9' })
  await assert.rejects(buyNumber(services, broken.scope, ACTOR, SOLD), { code: 'system.carrier_unavailable' })
})

test('an account without a provider, and test mode, have no numbers of it', async () => {
  const { scope } = await addProviderAccount(base, double)
  const test = { ...scope, mode: 'test' as const }
  await assert.rejects(buyNumber(services, test, ACTOR, SOLD), { code: 'number.no_carrier' })
  const bare = { ...(await base.addAccount()), mode: 'live' as const }
  await assert.rejects(buyNumber(services, bare, ACTOR, SOLD), { code: 'number.no_carrier' })
})

test('its areas and the numbers in one are offered as they come', async () => {
  const { scope } = await addProviderAccount(base, double)
  const areas = await listAreas(services, scope, { country: 'US', region: null })
  assert.deepEqual(areas, [{ country: 'US', region: null, id: '77', prefix: '202' }])
  const offers = await listOffers(services, scope, '77')
  assert.deepEqual(
    offers.map(({ number }) => number),
    ['+12025550188', '+12025550189'],
  )
})
