import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { readReceivedPages } from '../../../src/application/inbox/read-received.ts'
import { callIn } from '../../../src/application/test-mode/call-in.ts'
import { CALLING_MACHINES } from '../../../src/ports/calling-machines.ts'
import { testDatabase } from '../../support/database.ts'
import { markedPdf } from '../../support/marked-pages.ts'
import { ACTOR, createTestServices, whileTimePasses } from '../../support/services.ts'

const services = await createTestServices(await testDatabase())
after(() => services.close())

const CALL = { to: '+12025550123', from: '+12025550177', document: markedPdf(3) }

async function receive(machine: (typeof CALLING_MACHINES)[number], more: { dropsOnPage?: number } = {}) {
  const scope = await services.addAccount()
  const received = await whileTimePasses(
    services.clock,
    callIn(services, scope, ACTOR, { ...CALL, machine, ...more }),
  )
  return { scope, received }
}

test('a simulated machine calls in, and what it sent is kept as a fax of the account', async () => {
  const { scope, received } = await receive('good_machine')
  const { status, line, pageCount, ecm, trunkId } = received.received
  assert.deepEqual(
    { status, line, ecm, trunkId },
    { status: 'received', line: 'sandbox', ecm: true, trunkId: null },
  )
  assert.ok(pageCount > 0)
  assert.deepEqual([received.to, received.from], [CALL.to, CALL.from])
  assert.equal(received.remoteId, CALL.from)
  const pages = await readReceivedPages(services, scope, ACTOR, received.received.id)
  assert.equal(pages.length, pageCount)
  const mailbox = await services.store.asAccount(scope, (tx) => tx.mailboxes.get(received.received.mailboxId))
  assert.equal(mailbox?.isDefault, true)
})

test('a machine whose line drops leaves the pages before it as partially received', async () => {
  const { received } = await receive('drops_mid_page', { dropsOnPage: 2 })
  assert.deepEqual([received.received.status, received.received.pageCount], ['partially_received', 1])
  assert.equal(received.received.disposition, 'call_dropped')
})

test('every machine comes to an end that says what was received', async () => {
  const ends: Record<string, string> = {}
  for (const machine of CALLING_MACHINES) ends[machine] = (await receive(machine)).received.received.status
  assert.deepEqual(ends, {
    good_machine: 'received',
    without_ecm: 'received',
    machine_of_1980: 'received',
    loses_5_percent: 'received',
    loses_20_percent: 'received',
    drops_mid_page: 'failed',
    wants_to_poll: 'failed',
  })
})

test('a live key has no machines that call in', async () => {
  const scope = { ...(await services.addAccount()), mode: 'live' as const }
  await assert.rejects(callIn(services, scope, ACTOR, CALL), { code: 'test.live_key' })
})

test('a number that is none is named with its field', async () => {
  const scope = await services.addAccount()
  await assert.rejects(callIn(services, scope, ACTOR, { to: 'x' }), { code: 'number.invalid', field: 'to' })
  await assert.rejects(callIn(services, scope, ACTOR, { to: CALL.to, from: '12' }), {
    code: 'number.invalid',
    field: 'from',
  })
})

test('a page that cannot be kept is not confirmed, and the operator is told', async () => {
  const scope = await services.addAccount()
  const blobs = Object.create(services.blobs, {
    put: { value: () => Promise.reject(new Error('disk full')) },
  })
  const { received } = await whileTimePasses(
    services.clock,
    callIn({ ...services, blobs }, scope, ACTOR, CALL),
  )
  assert.deepEqual([received.status, received.pageCount], ['failed', 0])
  assert.match(services.logText(), /inbound\.page_not_kept/)
})
