import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { advanceFax } from '../../../src/application/attempts/advance-fax.ts'
import { cancelFax } from '../../../src/application/sending/cancel-fax.ts'
import { advanceTestTime } from '../../../src/application/test-mode/advance-test-time.ts'
import type { Problem } from '../../../src/domain/problem/problem.ts'
import { testDatabase } from '../../support/database.ts'
import { recordOf, sendTo } from '../../support/faxes.ts'
import { GatedPages } from '../../support/gated-pages.ts'
import { ACTOR, createTestServices, until, whileTimePasses } from '../../support/services.ts'

const services = await createTestServices(await testDatabase())
after(() => services.close())
const scope = await services.addAccount()
const idle = new AbortController().signal

const problem = (code: string) => (error: Problem) => error.code === code

test('a scheduled fax is canceled at once and never called', async () => {
  const sendAt = new Date(services.clock.now() + 3_600_000)
  const { id, status } = await sendTo(services, scope, 0, { sendAt })
  assert.equal(status, 'scheduled')
  const fax = await cancelFax(services, scope, ACTOR, id)
  assert.equal(fax.status, 'canceled')
  await services.runFor(2 * 3_600_000)
  const { attempts, audit } = await recordOf(services, scope, id)
  assert.equal(attempts.length, 0)
  assert.deepEqual(audit, ['fax.accepted', 'fax.cancel_requested', 'fax.canceled'])
})

test('the time a cancel was asked for is told on the clock of the account', async () => {
  const account = await services.addAccount()
  await advanceTestTime(services, account, ACTOR, 7_200_000)
  const { id } = await sendTo(services, account, 0)
  const fax = await cancelFax(services, account, ACTOR, id)
  assert.ok(fax.cancelRequestedAt! >= fax.createdAt)
})

test('a queued fax is canceled at once', async () => {
  const { id } = await sendTo(services, scope, 0)
  assert.equal((await cancelFax(services, scope, ACTOR, id)).status, 'canceled')
  await services.runDue()
  assert.equal((await recordOf(services, scope, id)).attempts.length, 0)
})

test('a fax that waits for its next call is canceled at once', async () => {
  const { id } = await sendTo(services, scope, 1)
  await services.runDue()
  assert.equal((await recordOf(services, scope, id)).fax.status, 'retrying')
  assert.equal((await cancelFax(services, scope, ACTOR, id)).status, 'canceled')
  await services.runFor(3_600_000)
  assert.equal((await recordOf(services, scope, id)).attempts.length, 1)
})

test('a fax that is being rendered is canceled before it is called', async () => {
  const rasteriser = new GatedPages()
  const gated = { ...services, rasteriser }
  const { id } = await sendTo(services, scope, 0)
  const work = advanceFax(gated, { scope, faxId: id }, idle)
  await rasteriser.reached
  assert.equal((await cancelFax(services, scope, ACTOR, id)).status, 'preparing')
  await whileTimePasses(services.clock, work)
  const { fax, attempts } = await recordOf(services, scope, id)
  assert.equal(fax.status, 'canceled')
  assert.equal(attempts.length, 0)
})

test('cancelling during a call hangs up', async () => {
  const { id } = await sendTo(services, scope, 10, { pages: 2 })
  const work = advanceFax(services, { scope, faxId: id }, idle)
  await until(services.clock, async () =>
    (await recordOf(services, scope, id)).journals.join().includes('page_sending'),
  )
  await cancelFax(services, scope, ACTOR, id)
  const startedMs = services.clock.now()
  await whileTimePasses(services.clock, work)
  const { fax, attempts } = await recordOf(services, scope, id)
  assert.equal(fax.status, 'canceled')
  assert.equal(attempts[0]?.disposition, 'canceled')
  assert.equal(attempts[0]?.dataExchanged, 'some')
  assert.ok(services.clock.now() - startedMs < 60_000, 'long before the call would have ended by itself')
})

test('once a page is confirmed a canceled fax is partially delivered', async () => {
  const { id } = await sendTo(services, scope, 5, { pages: 3 })
  await services.runDue()
  assert.equal((await recordOf(services, scope, id)).fax.pagesConfirmed, 1)
  const fax = await cancelFax(services, scope, ACTOR, id)
  assert.equal(fax.status, 'partially_delivered')
  assert.equal(fax.disposition, 'canceled')
})

test('an ended fax cannot be canceled, and a canceled one may be canceled again', async () => {
  const { id } = await sendTo(services, scope, 0)
  await services.runDue()
  await assert.rejects(cancelFax(services, scope, ACTOR, id), problem('fax.not_cancelable'))
  const { id: again } = await sendTo(services, scope, 0)
  await cancelFax(services, scope, ACTOR, again)
  assert.equal((await cancelFax(services, scope, ACTOR, again)).status, 'canceled')
  assert.equal((await recordOf(services, scope, again)).events.at(-1)?.type, 'fax.canceled')
})

test("another account's fax, or the same account's in the other mode, is not found", async () => {
  const { id } = await sendTo(services, scope, 0)
  const stranger = await services.addAccount()
  await assert.rejects(cancelFax(services, stranger, ACTOR, id), problem('fax.not_found'))
  const live = { ...scope, mode: 'live' as const }
  await assert.rejects(cancelFax(services, live, ACTOR, id), problem('fax.not_found'))
})
