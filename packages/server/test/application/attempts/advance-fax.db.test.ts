import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { advanceFax } from '../../../src/application/attempts/advance-fax.ts'
import { resendFax } from '../../../src/application/sending/resend-fax.ts'
import { advanceTestTime } from '../../../src/application/test-mode/advance-test-time.ts'
import { sweep } from '../../../src/application/upkeep/sweep.ts'
import type { CallObserver, Line, OutboundCall } from '../../../src/ports/line.ts'
import { testDatabase } from '../../support/database.ts'
import { recordOf, sendTo } from '../../support/faxes.ts'
import { GatedPages } from '../../support/gated-pages.ts'
import { ACTOR, createTestServices, until, whileTimePasses } from '../../support/services.ts'

const HOUR_MS = 3_600_000
const services = await createTestServices(await testDatabase())
after(() => services.close())
const idle = new AbortController().signal

// Faxes of other tests stay where they are.
beforeEach(() => {
  services.queue.waiting.length = 0
})

test('a scheduled fax waits for its time and is then sent', async () => {
  const scope = await services.addAccount()
  const sendAt = new Date(services.clock.now() + HOUR_MS)
  const { id } = await sendTo(services, scope, 0, { sendAt })
  await advanceFax(services, { scope, faxId: id }, idle)
  assert.equal((await recordOf(services, scope, id)).fax.status, 'scheduled')
  await services.runFor(2 * HOUR_MS)
  const { fax, events } = await recordOf(services, scope, id)
  assert.equal(fax.status, 'delivered')
  assert.deepEqual(
    events.slice(0, 3).map((event) => event.type),
    ['fax.scheduled', 'fax.queued', 'fax.preparing'],
  )
  assert.ok(fax.startedAt! >= sendAt)
})

test('calls to one destination follow each other, the highest priority first', async () => {
  const scope = await services.addAccount()
  const slow = await sendTo(services, scope, 7)
  const work = advanceFax(services, { scope, faxId: slow.id }, idle)
  await until(services.clock, async () => (await recordOf(services, scope, slow.id)).fax.status === 'sending')
  const low = await sendTo(services, scope, 7, { priority: 2 })
  const high = await sendTo(services, scope, 7, { priority: 8 })
  for (const { id } of [low, high]) {
    await advanceFax(services, { scope, faxId: id }, idle)
    const { fax } = await recordOf(services, scope, id)
    assert.equal(fax.status, 'queued')
    assert.notEqual(fax.waitingSince, null)
  }
  await whileTimePasses(services.clock, work)
  await services.runDue()
  const records = await Promise.all([slow, high, low].map(({ id }) => recordOf(services, scope, id)))
  assert.deepEqual(
    records.map(({ fax }) => fax.status),
    ['delivered', 'delivered', 'delivered'],
  )
  const calls = records.map(({ attempts }) => attempts[0]!)
  assert.ok(calls[0]!.endedAt! <= calls[1]!.startedAt, 'the second call starts when the first has ended')
  assert.ok(calls[1]!.endedAt! <= calls[2]!.startedAt, 'the third call starts when the second has ended')
})

test('two accounts may call their own sandbox machine of the same number at once', async () => {
  const [one, two] = [await services.addAccount(), await services.addAccount()]
  const first = await sendTo(services, one, 7)
  const work = advanceFax(services, { scope: one, faxId: first.id }, idle)
  await until(services.clock, async () => (await recordOf(services, one, first.id)).fax.status === 'sending')
  const second = await sendTo(services, two, 0)
  const other = await sendTo(services, two, 7)
  await whileTimePasses(services.clock, advanceFax(services, { scope: two, faxId: other.id }, idle))
  assert.equal((await recordOf(services, two, other.id)).fax.status, 'delivered')
  await whileTimePasses(services.clock, work)
  await services.runDue()
  assert.equal((await recordOf(services, two, second.id)).fax.status, 'delivered')
})

test('the watchdog ends a fax that waits for a retry past its lifetime', async () => {
  const scope = await services.addAccount()
  const hourLong = { ...services, policy: { ...services.policy, faxLifetimeMs: 10 * 60_000 } }
  const { id } = await sendTo(hourLong, scope, 2)
  await services.runFor(HOUR_MS)
  const { fax, attempts } = await recordOf(services, scope, id)
  assert.equal(fax.status, 'expired')
  assert.equal(fax.code, 'fax.expired')
  assert.equal(attempts.length, 2)
})

test('the watchdog hangs up a call that never completes when the test clock passes the lifetime', async () => {
  const scope = await services.addAccount()
  const { id } = await sendTo(services, scope, 10)
  const work = advanceFax(services, { scope, faxId: id }, idle)
  await until(services.clock, async () =>
    (await recordOf(services, scope, id)).journals.join().includes('page_sending'),
  )
  await advanceTestTime(services, scope, ACTOR, 25 * HOUR_MS)
  await whileTimePasses(services.clock, work)
  const { fax, attempts } = await recordOf(services, scope, id)
  assert.equal(fax.status, 'expired')
  assert.equal(attempts[0]?.disposition, 'expired')
})

test('a call is hung up when it lasts longer than a call may', async () => {
  const scope = await services.addAccount()
  const brief = { ...services, policy: { ...services.policy, callDurationMaxMs: 30_000 } }
  const { id } = await sendTo(services, scope, 10)
  await whileTimePasses(services.clock, advanceFax(brief, { scope, faxId: id }, idle))
  const { fax, attempts } = await recordOf(services, scope, id)
  assert.equal(attempts[0]?.disposition, 'call_dropped')
  assert.equal(fax.status, 'retrying')
})

test('advancing the test clock makes a retry due at once', async () => {
  const scope = await services.addAccount()
  const { id } = await sendTo(services, scope, 6)
  await services.runDue()
  await services.runDue()
  assert.equal((await recordOf(services, scope, id)).attempts.length, 1)
  await advanceTestTime(services, scope, ACTOR, 180_000)
  await services.runDue()
  assert.equal((await recordOf(services, scope, id)).attempts.length, 2)
  await advanceTestTime(services, scope, ACTOR, 180_000)
  await services.runDue()
  assert.equal((await recordOf(services, scope, id)).fax.status, 'delivered')
})

test('a resend sends the pages rendered before, and says which fax it repeats', async () => {
  const scope = await services.addAccount()
  const { id } = await sendTo(services, scope, 12, { pages: 2 })
  await services.runDue()
  const refused = resendFax(services, scope, ACTOR, id, {})
  await assert.rejects(refused, { code: 'fax.not_resendable' })
  const rendered = services.rasteriser.rendered
  const again = await resendFax(services, scope, ACTOR, id, { allowDuplicate: true })
  await services.runDue()
  const { fax } = await recordOf(services, scope, again.id)
  assert.equal(fax.resendOf, id)
  assert.equal(fax.status, 'outcome_unknown')
  assert.equal(fax.pageCount, 2)
  assert.equal(fax.estimatedSeconds, (await recordOf(services, scope, id)).fax.estimatedSeconds)
  assert.ok(fax.estimatedSeconds! > 0)
  assert.equal(services.rasteriser.rendered, rendered)
})

test('a fax that has not ended cannot be resent', async () => {
  const scope = await services.addAccount()
  const { id } = await sendTo(services, scope, 1)
  const refused = resendFax(services, scope, ACTOR, id, { allowDuplicate: true })
  await assert.rejects(refused, { code: 'fax.not_resendable' })
})

test('a worker that stops during a call hangs up, and the fax is called again later', async () => {
  const scope = await services.addAccount()
  const stopping = new AbortController()
  const { id } = await sendTo(services, scope, 10)
  const work = advanceFax(services, { scope, faxId: id }, stopping.signal)
  await until(services.clock, async () =>
    (await recordOf(services, scope, id)).journals.join().includes('page_sending'),
  )
  stopping.abort()
  await whileTimePasses(services.clock, work)
  const { fax, attempts } = await recordOf(services, scope, id)
  assert.equal(attempts[0]?.disposition, 'worker_lost')
  assert.equal(fax.status, 'retrying')
  assert.equal(fax.leaseUntil, null)
})

test('a worker that stops while it renders gives the fax back at once', async () => {
  const scope = await services.addAccount()
  const stopping = new AbortController()
  const rasteriser = new GatedPages()
  const { id } = await sendTo(services, scope, 0)
  const work = advanceFax({ ...services, rasteriser }, { scope, faxId: id }, stopping.signal)
  await rasteriser.reached
  stopping.abort()
  await whileTimePasses(services.clock, work)
  assert.equal((await recordOf(services, scope, id)).fax.status, 'queued')
  await services.runDue()
  assert.equal((await recordOf(services, scope, id)).fax.status, 'delivered')
})

test('a worker whose lease was taken over writes nothing more and its call is hung up', async () => {
  const scope = await services.addAccount()
  const { id } = await sendTo(services, scope, 10)
  const work = advanceFax(services, { scope, faxId: id }, idle)
  await until(services.clock, async () =>
    (await recordOf(services, scope, id)).journals.join().includes('page_sending'),
  )
  // The worker sleeps through its lease, and the clock with it; another process takes the fax over.
  services.clock.jumpTo(services.clock.now() + 60_000)
  await advanceFax(services, { scope, faxId: id }, idle)
  const taken = await recordOf(services, scope, id)
  assert.equal(taken.attempts[0]?.disposition, 'outcome_unknown')
  await whileTimePasses(services.clock, work)
  const after = await recordOf(services, scope, id)
  assert.deepEqual(after, taken)
})

test('a line that fails ends its attempt by what the journal says', async () => {
  const scope = await services.addAccount()
  const failing: Line = {
    name: 'sandbox',
    modes: ['test'],
    async place(_call: OutboundCall, observer: CallObserver) {
      await observer.connected()
      throw new Error('a fault in the line')
    },
  }
  const { id } = await sendTo(services, scope, 0)
  await advanceFax({ ...services, lines: [failing] }, { scope, faxId: id }, idle)
  const { fax, attempts } = await recordOf(services, scope, id)
  assert.equal(attempts[0]?.disposition, 'local_fault')
  assert.equal(fax.status, 'retrying')
})

test('a line that claims delivery without the closing confirmation is not believed', async () => {
  const scope = await services.addAccount()
  const boasting: Line = {
    name: 'sandbox',
    modes: ['test'],
    async place(_call, observer) {
      await observer.connected()
      await observer.pageSending(1, true)
      return { disposition: 'delivered', dataExchanged: 'some' }
    },
  }
  const { id } = await sendTo(services, scope, 0)
  await advanceFax({ ...services, lines: [boasting] }, { scope, faxId: id }, idle)
  assert.equal((await recordOf(services, scope, id)).fax.status, 'outcome_unknown')
})

test('a line that does not hang up when told is not waited for', async () => {
  const scope = await services.addAccount()
  const deaf: Line = {
    name: 'sandbox',
    modes: ['test'],
    async place(_call, observer) {
      await observer.connected()
      return new Promise(() => {})
    },
  }
  const brief = { ...services, lines: [deaf], policy: { ...services.policy, callDurationMaxMs: 30_000 } }
  const { id } = await sendTo(services, scope, 0)
  await whileTimePasses(services.clock, advanceFax(brief, { scope, faxId: id }, idle))
  const { fax, attempts } = await recordOf(services, scope, id)
  assert.equal(attempts[0]?.disposition, 'call_dropped')
  assert.equal(fax.status, 'retrying')
})

test('every page carries the header line of its attempt', async () => {
  const scope = await services.addAccount()
  const calls: OutboundCall[] = []
  const watching: Line = {
    name: 'sandbox',
    modes: ['test'],
    async place(call) {
      calls.push(call)
      return { disposition: 'busy', dataExchanged: 'none' }
    },
  }
  const { id } = await sendTo(services, scope, 0, { pages: 2, from: '+1 202 555 0199' })
  await advanceFax({ ...services, lines: [watching] }, { scope, faxId: id }, idle)
  const rows = await services.store.asAccount(scope, async (tx) => {
    const fax = await tx.faxes.get(id)
    return tx.pages.list(fax!.pagesDocumentId!)
  })
  const [call] = calls
  assert.equal(call?.stationId, '+12025550199')
  assert.deepEqual(
    call?.pages.map(({ number }) => number),
    [1, 2],
  )
  for (const [index, { page }] of call!.pages.entries()) {
    assert.ok(page.rows > rows[index]!.rows, 'the header line stands above the page')
  }
})

test('a job that comes twice, late, or for a fax that has ended does nothing', async () => {
  const scope = await services.addAccount()
  const { id } = await sendTo(services, scope, 0)
  await services.runDue()
  const before = await recordOf(services, scope, id)
  await advanceFax(services, { scope, faxId: id }, idle)
  await advanceFax(services, { scope, faxId: services.random.id('fax') }, idle)
  assert.deepEqual(await recordOf(services, scope, id), before)
})

test('a fax whose job was lost is found by the sweep', async () => {
  const services = await createTestServices(await testDatabase())
  after(() => services.close())
  const scope = await services.addAccount()
  const { id } = await sendTo(services, scope, 0)
  services.queue.waiting.length = 0
  await services.clock.advance(6_000)
  const { dueFaxes } = await sweep(services)
  assert.equal(dueFaxes, 1)
  await services.runDue()
  assert.equal((await recordOf(services, scope, id)).fax.status, 'delivered')
})

test('a document that cannot be rendered fails its fax with the reason', async () => {
  const scope = await services.addAccount()
  const { id } = await sendTo(services, scope, 0, { pages: 0 })
  await services.runDue()
  const { fax, attempts } = await recordOf(services, scope, id)
  assert.equal(fax.status, 'failed')
  assert.equal(fax.disposition, 'document_refused')
  assert.equal(fax.code, 'document.corrupt')
  assert.equal(fax.message, 'The document is damaged.')
  assert.equal(attempts.length, 0)
})

test('a fault while rendering is tried again', async () => {
  const scope = await services.addAccount()
  const { id } = await sendTo(services, scope, 0)
  const broken = {
    ...services,
    rasteriser: {
      inspect: services.rasteriser.inspect,
      // biome-ignore lint/correctness/useYield: it fails before its first page
      async *render(): AsyncGenerator<never> {
        throw new Error('a bug')
      },
    },
  }
  await advanceFax(broken, { scope, faxId: id }, idle)
  const { fax } = await recordOf(services, scope, id)
  assert.equal(fax.status, 'queued')
  assert.equal(fax.disposition, 'local_fault')
  await services.runFor(120_000)
  assert.equal((await recordOf(services, scope, id)).fax.status, 'delivered')
})
