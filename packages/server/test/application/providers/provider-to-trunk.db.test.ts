import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { updateAccount } from '../../../src/application/account/update-account.ts'
import { sweep } from '../../../src/application/upkeep/sweep.ts'
import type { Scope } from '../../../src/ports/store/scope.ts'
import { recordOf, sendTo } from '../../support/faxes.ts'
import { IFaxDouble } from '../../support/ifax-double.ts'
import { addProviderAccount, createProviderServices } from '../../support/provider-services.ts'
import { ACTOR } from '../../support/services.ts'
import { addTrunk, TrunkLine } from '../../support/trunk-line.ts'

const HOUR_MS = 3_600_000
const line = new TrunkLine()
const double = new IFaxDouble()
await double.listen()
const services = await createProviderServices({ lines: [line] })
double.now = () => services.clock.now()
after(async () => {
  await services.close()
  await double.close()
})
let serial = 0

/** A clinic that has both: the setting alone says which is used. */
async function begin(): Promise<Scope> {
  const { scope } = await addProviderAccount(services, double)
  await addTrunk(services, scope, { name: 'trunk' })
  return scope
}

async function send(scope: Scope, pages: number): Promise<string> {
  serial += 1
  const to = `+1202775${String(serial).padStart(4, '0')}`
  const { id } = await sendTo(services, scope, 0, { to, pages })
  await services.runDue()
  return id
}

const choose = (scope: Scope, outboundLine: 'sip' | 'ifax' | null) =>
  updateAccount(services, scope, ACTOR, { outboundLine })

test('one setting moves a clinic from its provider to its trunk, and back', async () => {
  const scope = await begin()
  for (const outboundLine of ['ifax', 'sip', 'ifax', null] as const) {
    await choose(scope, outboundLine)
    const id = await send(scope, 1)
    if (outboundLine === 'ifax') double.finish(double.faxes.at(-1)!, 'delivered')
    await services.runFor(HOUR_MS)
    const { fax, attempts } = await recordOf(services, scope, id)
    assert.equal(fax.status, 'delivered')
    assert.deepEqual(
      attempts.map((attempt) => attempt.line),
      [outboundLine ?? 'sip'],
    )
  }
})

test('a fax the provider could not finish goes on over the trunk with the pages that are left', async () => {
  const scope = await begin()
  const id = await send(scope, 3)
  await choose(scope, 'sip')
  // It is with the provider still, and nobody calls it a second time.
  await services.runFor(60_000)
  assert.equal((await recordOf(services, scope, id)).attempts.length, 1)
  double.finish(double.faxes.at(-1)!, 'failed', {
    code: 900006,
    message: 'CALL_DROPPED: partial, 2 of 3 pages arrived',
    faxTransferredPages: 2,
  })
  await services.runFor(HOUR_MS)
  const { fax, attempts, journals } = await recordOf(services, scope, id)
  assert.equal(fax.status, 'delivered')
  assert.deepEqual(
    attempts.map((attempt) => [attempt.line, attempt.firstPage, attempt.pagesConfirmed]),
    [
      ['ifax', 1, 2],
      ['sip', 3, 1],
    ],
  )
  assert.match(journals[1]!, /page_confirmed\(3\)$/)
})

test('faxes that wait for the provider leave over the trunk once it is chosen', async () => {
  const { scope } = await addProviderAccount(services, double, { concurrency: 1 })
  await addTrunk(services, scope, { name: 'trunk' })
  await send(scope, 1)
  const waiting = await send(scope, 1)
  assert.equal((await recordOf(services, scope, waiting)).attempts.length, 0)
  await choose(scope, 'sip')
  await services.runFor(HOUR_MS)
  await services.clock.advance(60_000)
  await sweep(services)
  await services.runDue()
  const { fax, attempts } = await recordOf(services, scope, waiting)
  assert.deepEqual([fax.status, attempts[0]?.line], ['delivered', 'sip'])
})
