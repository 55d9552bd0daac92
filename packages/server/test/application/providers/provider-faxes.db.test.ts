import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createRecipient } from '../../../src/application/recipients/add-recipients.ts'
import { confirmRecipient } from '../../../src/application/recipients/confirm-recipient.ts'
import { changeRecipient } from '../../../src/application/recipients/recipients.ts'
import { releaseFax } from '../../../src/application/recipients/release-fax.ts'
import { cancelFax } from '../../../src/application/sending/cancel-fax.ts'
import { sweep } from '../../../src/application/upkeep/sweep.ts'
import { Problem } from '../../../src/domain/problem/problem.ts'
import type { Scope } from '../../../src/ports/store/scope.ts'
import { recordOf, sendTo } from '../../support/faxes.ts'
import { type DoubleFax, IFaxDouble } from '../../support/ifax-double.ts'
import { addProviderAccount, createProviderServices } from '../../support/provider-services.ts'
import { ACTOR } from '../../support/services.ts'

const HOUR_MS = 3_600_000
const double = new IFaxDouble()
await double.listen()
const services = await createProviderServices()
double.now = () => services.clock.now()
after(async () => {
  await services.close()
  await double.close()
})
let serial = 0

/** Sends a fax of two pages through the double, and lets its hand-over happen. */
async function sendOne(given?: Scope): Promise<{ scope: Scope; id: string; to: string }> {
  const scope = given ?? (await addProviderAccount(services, double)).scope
  serial += 1
  const to = `+1202777${String(serial).padStart(4, '0')}`
  const { id } = await sendTo(services, scope, 0, { to, pages: 2 })
  await services.runDue()
  return { scope, id, to }
}

function faxTo(to: string): DoubleFax {
  const found = double.faxes.filter((fax) => fax.toNumber === to)
  assert.equal(found.length, 1, `${found.length} faxes at the provider`)
  return found[0]!
}

test('a fax is handed over once, followed without a worker, and delivered by the provider’s word', async () => {
  const { scope, id, to } = await sendOne()
  const sending = await recordOf(services, scope, id)
  assert.equal(sending.fax.status, 'sending')
  assert.equal(sending.fax.leaseUntil, null)
  assert.deepEqual(sending.journals, ['1: dialing handing_over handed_over'])
  assert.match(double.documents.get(faxTo(to).jobId)!.toString('latin1'), /^%PDF-1/)
  await services.runFor(60_000)
  double.finish(faxTo(to), 'delivered')
  await services.runFor(HOUR_MS)
  const { fax, attempts, journals } = await recordOf(services, scope, id)
  assert.equal(fax.status, 'delivered')
  assert.equal(fax.pagesConfirmed, 2)
  assert.deepEqual(journals, ['1: dialing handing_over handed_over page_reported(1) page_reported(2)'])
  const [attempt] = attempts
  assert.equal(attempt?.line, 'ifax')
  assert.equal(attempt?.upstreamRef, String(faxTo(to).jobId))
  assert.equal(attempt?.q850Cause, 16)
  assert.equal(attempt?.ecm, null)
  assert.equal(attempt?.upstreamCause, 'NORMAL_CLEARING')
})

test('nothing is handed over to a number that is suspended, nor is a place at the provider kept for it', async () => {
  const { scope } = await addProviderAccount(services, double, { concurrency: 1 })
  const number = '+12027779999'
  const { recipient } = await createRecipient(services, scope, ACTOR, { number, name: 'Clinic Okapi' })
  await changeRecipient(services, scope, ACTOR, recipient.row.id, { suspended: true })
  const { id } = await sendTo(services, scope, 0, { to: number })
  await services.runDue()
  const { fax, attempts } = await recordOf(services, scope, id)
  assert.deepEqual([fax.status, fax.holdReason, attempts.length], ['queued', 'suspended', 0])
  assert.deepEqual(
    double.faxes.filter(({ toNumber }) => toNumber === number),
    [],
  )
  // A moment later: sends to a provider are paced.
  services.clock.jumpTo(services.clock.now() + 1_000)
  const { to } = await sendOne(scope)
  assert.equal(faxTo(to).toNumber, to)
  await confirmRecipient(services, scope, ACTOR, recipient.row.id, { number })
  await releaseFax(services, scope, ACTOR, id, number)
  double.finish(faxTo(to), 'delivered')
  await services.runFor(60_000)
  double.finish(faxTo(number), 'delivered')
  await services.runFor(HOUR_MS)
  assert.equal((await recordOf(services, scope, id)).fax.status, 'delivered')
})

test('delivered without every page transferred is nothing anybody knows', async () => {
  const { scope, id, to } = await sendOne()
  double.finish(faxTo(to), 'delivered', { faxTransferredPages: 1 })
  await services.runFor(HOUR_MS)
  const { fax } = await recordOf(services, scope, id)
  assert.equal(fax.status, 'outcome_unknown')
  assert.equal(fax.pagesConfirmed, 1)
})

test('a busy line is tried again as a new fax of the provider', async () => {
  const { scope, id, to } = await sendOne()
  double.finish(faxTo(to), 'failed', { code: 263, message: 'USER_BUSY' })
  await services.runFor(200_000)
  const again = double.faxes.filter((fax) => fax.toNumber === to)
  assert.equal(again.length, 2)
  double.finish(again[1]!, 'delivered')
  await services.runFor(HOUR_MS)
  const { fax, attempts } = await recordOf(services, scope, id)
  assert.equal(fax.status, 'delivered')
  assert.deepEqual(
    attempts.map(({ disposition }) => disposition),
    ['busy', 'delivered'],
  )
})

test('a resumed fax sends only the pages the provider did not transfer', async () => {
  const { scope, id, to } = await sendOne()
  double.finish(faxTo(to), 'failed', {
    code: 900006,
    message: 'CALL_DROPPED: partial',
    faxTransferredPages: 1,
  })
  await services.runFor(400_000)
  const again = double.faxes.filter((fax) => fax.toNumber === to)
  assert.equal(again[1]?.faxTotalPages, 1)
  double.finish(again[1]!, 'delivered')
  await services.runFor(HOUR_MS)
  const { fax, journals } = await recordOf(services, scope, id)
  assert.equal(fax.status, 'delivered')
  assert.match(journals[0]!, /page_reported\(1\)$/)
  assert.match(journals[1]!, /page_reported\(2\)$/)
})

test('a send whose answer was lost is found among the provider’s faxes and not sent again', async () => {
  double.mishap('fax-send', { kind: 'lose_answer' })
  const { scope, id, to } = await sendOne()
  await services.runFor(60_000)
  double.finish(faxTo(to), 'delivered')
  await services.runFor(HOUR_MS)
  const { fax, attempts } = await recordOf(services, scope, id)
  assert.equal(fax.status, 'delivered')
  assert.equal(attempts[0]?.upstreamRef, String(faxTo(to).jobId))
})

test('a fault of theirs after they took the fax is no reason to send it again', async () => {
  double.mishap('fax-send', { kind: 'fault', done: true })
  const { scope, id, to } = await sendOne()
  double.finish(faxTo(to), 'delivered')
  await services.runFor(HOUR_MS)
  assert.equal((await recordOf(services, scope, id)).fax.status, 'delivered')
  assert.equal(faxTo(to).faxStatus, 'delivered')
})

test('a send that cannot be found is held for a person', async () => {
  double.mishap('fax-send', { kind: 'fault', done: false })
  const { scope, id, to } = await sendOne()
  await services.runFor(HOUR_MS)
  const { fax, attempts } = await recordOf(services, scope, id)
  assert.equal(fax.status, 'outcome_unknown')
  assert.equal(attempts.length, 1)
  assert.equal(double.faxes.filter((each) => each.toNumber === to).length, 0)
})

test('of two candidates neither is taken for the lost one', async () => {
  double.mishap('fax-send', { kind: 'lose_answer' })
  double.onSent = (fax) => {
    double.onSent = () => undefined
    double.faxes.push({ ...fax, jobId: fax.jobId + 500_000 })
  }
  const { scope, id } = await sendOne()
  await services.runFor(HOUR_MS)
  const { fax, attempts } = await recordOf(services, scope, id)
  assert.equal(fax.status, 'outcome_unknown')
  assert.equal(attempts[0]?.upstreamRef, null)
})

for (const [name, mishap, disposition] of [
  ['a number', { kind: 'refuse', httpStatus: 200, code: -2075 }, 'number_invalid'],
  ['a bad key', { kind: 'refuse', httpStatus: 401, code: 12001 }, 'carrier_down'],
  ['a document', { kind: 'refuse', httpStatus: 422, code: 120109 }, 'document_refused'],
  ['too many requests', { kind: 'refuse', httpStatus: 429 }, 'congestion'],
  ['what nobody knows', { kind: 'refuse', httpStatus: 400, code: 4711 }, 'provider_failed'],
] as const) {
  test(`a refusal for ${name} ends the attempt ${disposition}, with nothing exchanged`, async () => {
    double.mishap('fax-send', mishap)
    const { scope, id } = await sendOne()
    const { attempts, fax } = await recordOf(services, scope, id)
    assert.equal(attempts[0]?.disposition, disposition)
    assert.equal(attempts[0]?.dataExchanged, 'none')
    assert.match(fax.status, /^(failed|retrying)$/)
    if (fax.status === 'retrying') await cancelFax(services, scope, ACTOR, id)
  })
}

test('a cancel reaches the provider at once, and the fax is canceled when the provider says so', async () => {
  const { scope, id, to } = await sendOne()
  await services.runFor(30_000)
  await cancelFax(services, scope, ACTOR, id)
  await services.runDue()
  const { fax } = await recordOf(services, scope, id)
  assert.equal(fax.status, 'canceled')
  assert.equal(faxTo(to).faxStatus, 'canceled')
})

test('a provider that takes no cancel is followed to the end', async () => {
  double.takesCancel = false
  const { scope, id, to } = await sendOne()
  await cancelFax(services, scope, ACTOR, id)
  await services.runDue()
  double.finish(faxTo(to), 'delivered')
  await services.runFor(HOUR_MS)
  double.takesCancel = true
  assert.equal((await recordOf(services, scope, id)).fax.status, 'delivered')
})

test('a fax canceled at the provider is not sent again', async () => {
  const { scope, id, to } = await sendOne()
  double.finish(faxTo(to), 'canceled')
  await services.runFor(HOUR_MS)
  assert.equal((await recordOf(services, scope, id)).fax.status, 'canceled')
  faxTo(to)
})

test('a provider that never says how a fax ended leaves it to a person after its deadline', async () => {
  double.takesCancel = false
  const { scope, id } = await sendOne()
  const before = double.count('fax-status')
  await services.runFor(26 * HOUR_MS)
  double.takesCancel = true
  const { fax, attempts } = await recordOf(services, scope, id)
  assert.equal(fax.status, 'outcome_unknown')
  assert.equal(attempts.length, 1)
  const looks = double.count('fax-status') - before
  assert.ok(looks > 100 && looks < 400, `${looks} looks`)
})

test('answers that are late, broken or missing end nothing', async () => {
  const { scope, id, to } = await sendOne()
  double.mishap(
    'fax-status',
    { kind: 'fault', done: false },
    { kind: 'lose_answer' },
    { kind: 'body', text: '<html>maintenance</html>' },
    { kind: 'body', text: '{"status":1,"data":{"jobId":1,"faxStatus":"delivered"}}' },
    { kind: 'refuse', httpStatus: 200, code: 12001 },
  )
  await services.runFor(120_000)
  assert.equal((await recordOf(services, scope, id)).fax.status, 'sending')
  double.finish(faxTo(to), 'delivered')
  await services.runFor(HOUR_MS)
  assert.equal((await recordOf(services, scope, id)).fax.status, 'delivered')
})

test('no more faxes than it may have are in a provider’s hands, and the next goes when one ends', async () => {
  const { scope } = await addProviderAccount(services, double, { concurrency: 1 })
  const first = await sendOne(scope)
  const second = await sendOne(scope)
  await services.runFor(120_000)
  assert.equal(double.faxes.filter((fax) => fax.toNumber === second.to).length, 0)
  double.finish(faxTo(first.to), 'delivered')
  await services.runFor(200_000)
  double.finish(faxTo(second.to), 'delivered')
  await services.runFor(HOUR_MS)
  for (const { id } of [first, second]) {
    assert.equal((await recordOf(services, scope, id)).fax.status, 'delivered')
  }
})

test('jobs that come twice look once', async () => {
  const { scope, id } = await sendOne()
  await services.runFor(30_000)
  const before = double.count('fax-status')
  for (let times = 0; times < 20; times += 1) {
    await services.store.asAccount(scope, (tx) =>
      services.queue.enqueue(tx, { name: 'advance-fax', scope, subjectId: id }),
    )
  }
  await services.runDue()
  assert.ok(double.count('fax-status') - before <= 1)
  await sweep(services)
})

test('a key that simulates is sent reserved numbers and no patient’s fax', async () => {
  const { scope } = await addProviderAccount(services, double, { simulated: true })
  await assert.rejects(sendTo(services, scope, 0, { to: '+12027770001' }), (error) => {
    assert.ok(error instanceof Problem)
    assert.equal(error.code, 'destination.not_allowed')
    return true
  })
  const { id } = await sendTo(services, scope, 0, {})
  await services.runDue()
  double.finish(double.faxes.findLast((fax) => fax.toNumber === '+12025550100')!, 'delivered')
  await services.runFor(HOUR_MS)
  assert.equal((await recordOf(services, scope, id)).fax.status, 'delivered')
})

test('a live key may not send reserved numbers through a provider that dials', async () => {
  const { scope } = await addProviderAccount(services, double)
  await assert.rejects(sendTo(services, scope, 0, {}), { code: 'auth.key_mode_mismatch' })
})

test('no log line holds a number, a key or a name', () => {
  const text = services.logText()
  assert.ok(text.includes('fax.dialing'))
  assert.doesNotMatch(text, /\+1202|ifax-key|Zebra/)
})
