import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { seededRandom } from '../../../../../tests/support/killable-server.ts'
import { fetchUpstream } from '../../../src/application/providers/fetch-upstream.ts'
import { openProviderHook, takeProviderPost } from '../../../src/application/providers/provider-hook.ts'
import { reconcile, reconcileAll } from '../../../src/application/providers/reconcile.ts'
import { resolveContradiction } from '../../../src/application/providers/reconciliations.ts'
import { createWebhook } from '../../../src/application/webhooks/create-webhook.ts'
import type { ProviderSettings } from '../../../src/domain/providers/provider.ts'
import type { ContradictionRow } from '../../../src/ports/store/reconciliation-store.ts'
import type { Scope } from '../../../src/ports/store/scope.ts'
import { recordOf, sendTo } from '../../support/faxes.ts'
import { type DoubleFax, IFaxDouble } from '../../support/ifax-double.ts'
import { markedPdf } from '../../support/marked-pages.ts'
import { addProviderAccount, createProviderServices } from '../../support/provider-services.ts'
import { ACTOR } from '../../support/services.ts'

const HOUR_MS = 3_600_000
const services = await createProviderServices()
services.queue.handlers.set('fetch-upstream', (job, signal) =>
  fetchUpstream(services, job.scope, job.subjectId, signal),
)
after(async () => {
  await services.close()
})
const idle = new AbortController().signal
let serial = 0

/** An account with a provider of its own. */
async function begin(settings: Partial<ProviderSettings> = {}) {
  const double = new IFaxDouble()
  await double.listen()
  after(() => double.close())
  double.now = () => services.clock.now()
  const { scope, provider } = await addProviderAccount(services, double, settings)
  return { double, scope, provider, send: (pages?: number) => send(double, scope, pages) }
}

async function send(double: IFaxDouble, scope: Scope, pages = 2): Promise<{ id: string; fax: DoubleFax }> {
  serial += 1
  const to = `+1202778${String(serial).padStart(4, '0')}`
  // Longer than the pace of a provider.
  await services.clock.advance(100)
  const { id } = await sendTo(services, scope, 0, { to, pages })
  await services.runDue()
  return { id, fax: double.faxes.findLast(({ toNumber }) => toNumber === to)! }
}

async function run(scope: Scope) {
  const ended = await reconcile(services, scope, idle)
  assert.ok(ended)
  return ended
}

function contradictions(scope: Scope): Promise<ContradictionRow[]> {
  return services.store.asAccount(scope, (tx) => tx.reconciliations.listContradictions({ limit: 100 }))
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => [random(), item] as const)
    .sort(([a], [b]) => a - b)
    .map(([, item]) => item)
}

test('after 200 webhooks lost, doubled and reordered, one reconciliation makes our records the provider’s', async (context) => {
  const seed = 20_261
  const random = seededRandom(seed)
  const { double, scope, provider, send } = await begin({ concurrency: 1_000 })
  double.pageSize = 17
  const sent = []
  for (let count = 0; count < 100; count += 1) sent.push(await send(1 + (count % 3)))
  for (const { fax } of sent) {
    const fate = random()
    if (fate < 0.6) double.finish(fax, 'delivered')
    else if (fate < 0.8) double.finish(fax, 'failed', { code: -2075, message: 'INVALID_NUMBER_FORMAT' })
    else double.finish(fax, 'canceled')
  }
  const received = Array.from({ length: 100 }, (_, count) =>
    double.receive(markedPdf(1 + (count % 3), `Test Patient Zebra inbox ${count}`), 1 + (count % 3)),
  )
  // Looks at what is on its way would find it out by themselves, a little later.
  services.queue.waiting.length = 0
  const posts = [...sent.map(({ fax }) => fax), ...received].flatMap((about) => {
    const fate = random()
    return Array.from({ length: fate < 0.4 ? 0 : fate < 0.7 ? 1 : 2 }, () => double.payloadOf(about))
  })
  const hook = await openProviderHook(services, provider.hookToken, undefined)
  for (const { direction, jobId, transactionId } of shuffled(posts, random)) {
    await takeProviderPost(services, hook, {
      direction: direction === 'sent' ? 'sent' : 'received',
      reference: String(jobId),
      transactionId: transactionId === undefined ? undefined : String(transactionId),
    })
  }
  await services.runDue()
  const untold = []
  for (const { id } of sent) {
    if ((await recordOf(services, scope, id)).fax.endedAt === null) untold.push(id)
  }
  assert.ok(untold.length > 20, `only ${untold.length} webhooks were lost`)

  const ended = await run(scope)
  await services.runDue()

  assert.equal(ended.error, null)
  assert.equal(ended.counts?.attemptsRecovered, untold.length)
  assert.equal(ended.counts?.contradictions, 0)
  for (const { id, fax } of sent) {
    const record = await recordOf(services, scope, id)
    assert.equal(record.attempts.length, 1)
    assert.equal(record.fax.status, fax.faxStatus, `seed ${seed}`)
    assert.equal(record.fax.pagesConfirmed, fax.faxTransferredPages)
  }
  const rows = await services.store.asAccount(scope, (tx) => tx.received.list({ limit: 1_000 }))
  assert.equal(rows.length, received.length)
  assert.deepEqual(
    rows.map(({ status, pageCount }) => `${status} ${pageCount}`).sort(),
    received.map(({ faxReceivedPages }) => `received ${faxReceivedPages}`).sort(),
  )
  assert.equal(new Set(double.faxes.map(({ toNumber }) => toNumber)).size, double.faxes.length, 'sent twice')
  const again = await run(scope)
  assert.equal(again.counts?.attemptsRecovered, 0)
  assert.equal(again.counts?.receivedRecovered, 0)
  context.diagnostic(
    `${posts.length} posts for 200; ${untold.length} sent and ${ended.counts?.receivedRecovered} received were recovered`,
  )
})

test('a delivered fax that the provider calls failed is a contradiction, told once, and stays delivered', async () => {
  const { double, scope, send } = await begin()
  const { id, fax } = await send()
  double.finish(fax, 'delivered')
  await services.runFor(HOUR_MS)
  double.finish(fax, 'failed', { code: 263, message: 'USER_BUSY', faxTransferredPages: 0 })
  const first = await run(scope)
  const second = await run(scope)
  assert.deepEqual([first.counts?.contradictions, second.counts?.contradictions], [1, 0])
  const [found, ...others] = await contradictions(scope)
  assert.equal(others.length, 0)
  assert.equal(found?.kind, 'outcome_differs')
  assert.equal(found?.faxId, id)
  assert.deepEqual([found?.ours, found?.theirs], ['delivered', 'failed'])
  assert.equal((await recordOf(services, scope, id)).fax.status, 'delivered')
  const resolved = await resolveContradiction(services, scope, ACTOR, found!.id)
  assert.equal(resolved.resolvedBy, ACTOR.id)
  await assert.rejects(resolveContradiction(services, scope, ACTOR, found!.id), {
    code: 'contradiction.not_found',
  })
  assert.equal((await run(scope)).counts?.contradictions, 0)
})

test('pages that are counted differently are told', async () => {
  const { double, scope, send } = await begin()
  const { fax } = await send(3)
  double.finish(fax, 'delivered')
  await services.runFor(HOUR_MS)
  fax.faxTransferredPages = 2
  await run(scope)
  const [found] = await contradictions(scope)
  assert.deepEqual([found?.kind, found?.ourPages, found?.theirPages], ['pages_differ', 3, 2])
})

test('a fax of the provider that nobody here asked for is told, when it is old enough to be no lost answer', async () => {
  const { double, scope, send } = await begin()
  await services.clock.advance(60_000)
  const { fax } = await send()
  const stranger = { ...fax, jobId: fax.jobId + 900_000, toNumber: '+12027790001' }
  double.faxes.push(stranger)
  await run(scope)
  assert.deepEqual(await contradictions(scope), [])
  await services.clock.advance(20 * 60_000)
  await run(scope)
  const [found, ...others] = await contradictions(scope)
  assert.equal(others.length, 0)
  assert.deepEqual([found?.kind, found?.reference], ['unknown_to_us', String(stranger.jobId)])
  assert.ok(!JSON.stringify(found).includes('+1202'))
})

test('an attempt the provider knows nothing of is told after it was asked for by name', async () => {
  const { double, scope, send } = await begin()
  const { id, fax } = await send()
  double.finish(fax, 'delivered')
  await services.runFor(HOUR_MS)
  double.faxes.splice(double.faxes.indexOf(fax), 1)
  await run(scope)
  const [found] = await contradictions(scope)
  assert.deepEqual([found?.kind, found?.faxId], ['unknown_to_provider', id])
})

test('a fax whose outcome nobody knew is told again when the provider knows it', async () => {
  const { double, scope, send } = await begin()
  const { id, fax } = await send()
  double.finish(fax, 'delivered', { faxTransferredPages: 1 })
  await services.runFor(HOUR_MS)
  assert.equal((await recordOf(services, scope, id)).fax.status, 'outcome_unknown')
  fax.faxTransferredPages = 2
  await run(scope)
  const [found] = await contradictions(scope)
  assert.deepEqual(
    [found?.kind, found?.ours, found?.theirs],
    ['outcome_differs', 'outcome_unknown', 'delivered'],
  )
  assert.equal((await recordOf(services, scope, id)).fax.status, 'outcome_unknown')
})

test('a provider that cannot be asked is a run with an error, and the next run sees what this one missed', async () => {
  const { double, scope, send } = await begin()
  const { fax } = await send()
  double.finish(fax, 'delivered')
  double.mishap('inbound/fax-list-all', { kind: 'fault', done: false })
  const failed = await run(scope)
  assert.equal(failed.error, 'provider_unclear')
  assert.equal(failed.counts?.providersFailed, 1)
  assert.equal((await run(scope)).counts?.attemptsRecovered, 1)
})

test('two reconciliations of one account do not run at once, and a dead one does not keep the next', async () => {
  const { scope } = await begin()
  const now = new Date(services.clock.now())
  const claim = (id: string, at: Date) =>
    services.store.asAccount(scope, (tx) =>
      tx.reconciliations.begin({ id, now: at, until: new Date(at.getTime() + 600_000) }),
    )
  assert.equal(await claim('rec_dead', now), true)
  assert.equal(await reconcile(services, scope, idle), undefined)
  assert.equal(await claim('rec_next', new Date(now.getTime() + 600_001)), true)
})

test('the timer leaves out who ran not long ago', async () => {
  const { scope } = await begin()
  const count = async () =>
    (await services.store.asAccount(scope, (tx) => tx.reconciliations.list(100))).length
  await reconcileAll(services, 900_000, idle)
  await reconcileAll(services, 900_000, idle)
  assert.equal(await count(), 1)
  await services.clock.advance(900_000)
  await reconcileAll(services, 900_000, idle)
  assert.equal(await count(), 2)
})

test('what this server owes itself is counted and gets a job', async () => {
  const { double, scope, send } = await begin()
  const { id, fax } = await send()
  await createWebhook(services, { ...scope, mode: 'test' }, ACTOR, {
    url: 'http://127.0.0.1:9/hook',
    dialect: 'native',
    eventTypes: [],
  })
  // Its jobs are lost, and the sweep does not run.
  services.queue.waiting.length = 0
  await services.clock.advance(10 * 60_000)
  double.finish(fax, 'delivered')
  const ended = await run(scope)
  assert.equal(ended.counts?.attemptsOverdue, 1)
  assert.equal(ended.counts?.eventsUndelivered, 0)
  await services.runDue()
  assert.equal((await recordOf(services, scope, id)).fax.status, 'delivered')

  const test = { ...scope, mode: 'test' } as const
  await sendTo(services, test, 0, {})
  services.queue.waiting.length = 0
  await services.clock.advance(10 * 60_000)
  const own = await run(test)
  assert.equal(own.counts?.deliveriesOverdue, 1)
  assert.ok(services.queue.waiting.some(({ name }) => name === 'deliver-webhook'))
})
