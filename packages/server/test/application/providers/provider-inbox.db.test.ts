import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { accountKeys } from '../../../src/application/account-keys.ts'
import { fetchUpstream } from '../../../src/application/providers/fetch-upstream.ts'
import { openProviderHook, takeProviderPost } from '../../../src/application/providers/provider-hook.ts'
import { openReceivedNumbers } from '../../../src/application/sealed/received-secrets.ts'
import type { Services } from '../../../src/application/services.ts'
import { sweep } from '../../../src/application/upkeep/sweep.ts'
import type { ReceivedFaxRow } from '../../../src/ports/store/received-store.ts'
import type { Scope } from '../../../src/ports/store/scope.ts'
import { type CrashPlan, crashingServices } from '../../support/crashing-services.ts'
import { type DoubleReceived, IFaxDouble } from '../../support/ifax-double.ts'
import { markedPdf } from '../../support/marked-pages.ts'
import { addProviderAccount, createProviderServices } from '../../support/provider-services.ts'
import { whileTimePasses } from '../../support/services.ts'

const DAY_MS = 86_400_000
const double = new IFaxDouble()
await double.listen()
const services = await createProviderServices()
double.now = () => services.clock.now()
services.queue.handlers.set('fetch-upstream', (job, signal) =>
  fetchUpstream(services, job.scope, job.subjectId, signal),
)
after(async () => {
  await services.close()
  await double.close()
})

/** The webhook about a received fax, as its route takes it. */
async function tell(
  token: string,
  { jobId, transactionId }: { jobId: number; transactionId?: number },
): Promise<void> {
  const hook = await openProviderHook(services, token, undefined)
  await takeProviderPost(services, hook, {
    direction: 'received',
    reference: String(jobId),
    transactionId: transactionId === undefined ? undefined : String(transactionId),
  })
}

function inbox(scope: Scope): Promise<ReceivedFaxRow[]> {
  return services.store.asAccount(scope, (tx) => tx.received.list({ limit: 100 }))
}

function numbersOf(scope: Scope, received: ReceivedFaxRow) {
  return services.store.asAccount(scope, async (tx) =>
    openReceivedNumbers(await accountKeys(services, tx), received),
  )
}

function receive(pages = 2, change: Partial<DoubleReceived> = {}): DoubleReceived {
  return double.receive(markedPdf(pages, `Test Patient Zebra ${double.inbox.length}`), pages, change)
}

test('a received fax is fetched once, however often its webhook comes', async () => {
  const { scope, provider } = await addProviderAccount(services, double)
  const fax = receive()
  for (let times = 0; times < 3; times += 1) await tell(provider.hookToken, fax)
  await services.runDue()
  await tell(provider.hookToken, fax)
  await services.runDue()
  const rows = await inbox(scope)
  assert.equal(rows.length, 1)
  const [row] = rows
  assert.equal(row?.status, 'received')
  assert.equal(row?.line, 'ifax')
  assert.equal(row?.pageCount, 2)
  assert.deepEqual(await numbersOf(scope, row!), { to: fax.toNumber, from: fax.fromNumber })
  assert.equal(double.count('inbound/fax-download'), 1)
})

test('numbers come from the list, whatever a post says, and an id nobody knows fetches nothing', async () => {
  const { scope, provider } = await addProviderAccount(services, double)
  const fax = receive(1, { fromNumber: '+12025550155' })
  await tell(provider.hookToken, { jobId: fax.jobId, transactionId: 4711 })
  await tell(provider.hookToken, { jobId: 999_999_999 })
  await services.runFor(DAY_MS)
  const rows = await inbox(scope)
  assert.equal(rows.length, 1)
  assert.deepEqual(await numbersOf(scope, rows[0]!), { to: fax.toNumber, from: '+12025550155' })
  const open = await services.store.asAccount(scope, (tx) =>
    tx.reconciliations.listContradictions({ limit: 10 }),
  )
  assert.deepEqual(open, [])
})

test('a download that fails is tried again until it succeeds', async () => {
  const { scope, provider } = await addProviderAccount(services, double)
  const fax = receive()
  double.mishap(
    'inbound/fax-download',
    { kind: 'fault', done: false },
    { kind: 'lose_answer' },
    { kind: 'body', text: '{"status":1,"data":""}' },
    { kind: 'body', text: '{"status":1,"data":{"url":"http://127.0.0.1:9/x.pdf"}}' },
    { kind: 'refuse', httpStatus: 200, code: 12001 },
  )
  await tell(provider.hookToken, fax)
  await services.runFor(DAY_MS)
  assert.equal((await inbox(scope))[0]?.status, 'received')
})

test('a fax not yet in the list is found when it is', async () => {
  const { scope, provider } = await addProviderAccount(services, double)
  const fax = receive()
  double.inbox.pop()
  await tell(provider.hookToken, fax)
  await services.runDue()
  assert.equal((await inbox(scope)).length, 0)
  double.inbox.push(fax)
  await services.runFor(600_000)
  assert.equal((await inbox(scope))[0]?.status, 'received')
})

test('a document that cannot be read is told to a person, once', async () => {
  const { scope, provider } = await addProviderAccount(services, double)
  const fax = double.receive(Buffer.from('%PDF-1.4 not a document'), 1)
  await tell(provider.hookToken, fax)
  await services.runFor(DAY_MS)
  assert.equal((await inbox(scope)).length, 0)
  const found = await services.store.asAccount(scope, (tx) =>
    tx.reconciliations.listContradictions({ limit: 10 }),
  )
  assert.deepEqual(
    found.map(({ kind, reference }) => [kind, reference]),
    [['not_fetched', String(fax.jobId)]],
  )
  await services.settle()
  const events = await services.store.asAccount(scope, (tx) => tx.events.list(undefined, 50))
  const told = events.filter(({ type }) => type === 'reconciliation.contradiction')
  assert.equal(told.length, 1)
  assert.deepEqual(Object.keys(told[0]!.data).sort(), [
    'contradictionId',
    'faxId',
    'inboundId',
    'kind',
    'providerId',
  ])
})

test('wherever the process that fetches dies, the fax is received once and whole', async (context) => {
  let at = 1
  for (; ; at += 1) {
    const { scope, provider } = await addProviderAccount(services, double)
    const fax = receive(3)
    services.queue.waiting.length = 0
    await tell(provider.hookToken, fax)
    const job = services.queue.take(services.clock.now())!
    const plan: CrashPlan = { count: 0, at }
    const dying: Services = crashingServices(services, plan)
    const died = await whileTimePasses(
      services.clock,
      fetchUpstream(dying, scope, job.subjectId, new AbortController().signal).then(
        () => plan.count >= at,
        () => true,
      ),
    )
    services.queue.waiting.length = 0
    for (let round = 0; round < 4; round += 1) {
      await services.clock.advance(6 * 60_000)
      await sweep(services)
      await services.runDue()
    }
    const rows = await inbox(scope)
    assert.deepEqual(
      rows.map(({ status, pageCount }) => [status, pageCount]),
      [['received', 3]],
      `effect ${at}`,
    )
    if (!died) break
  }
  context.diagnostic(`${at - 1} effects`)
  assert.ok(at > 8)
})

test('no log line holds a number, a key or a name', () => {
  assert.doesNotMatch(services.logText(), /\+1202|ifax-key|Zebra/)
})
