import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { escalateOverdue } from '../../../src/application/inbox/escalate-overdue.ts'
import { createMailbox } from '../../../src/application/inbox/mailboxes.ts'
import { advanceTestTime } from '../../../src/application/test-mode/advance-test-time.ts'
import { sweep } from '../../../src/application/upkeep/sweep.ts'
import type { ReceivedPatch } from '../../../src/ports/store/received-store.ts'
import type { Scope } from '../../../src/ports/store/scope.ts'
import { testDatabase } from '../../support/database.ts'
import { eventsOf, ownNumber, readReceived, receive } from '../../support/received.ts'
import { ACTOR, createTestServices } from '../../support/services.ts'

const services = await createTestServices(await testDatabase())
after(() => services.close())

const HOUR_MS = 3_600_000

async function waiting(mode: 'test' | 'live' = 'live') {
  const scope: Scope = { ...(await services.addAccount()), mode }
  const wanted = { name: 'Lab', owner: 'lab-lead', normalMinutes: 60, urgentMinutes: 10 }
  const { id: mailboxId } = await createMailbox(services, scope, ACTOR, wanted)
  await ownNumber(services, scope, { mailboxId })
  const { id } = await receive(services, scope)
  const amend = (patch: ReceivedPatch) =>
    services.store.asAccount(scope, (tx) => tx.received.amend(id, patch))
  return { scope, id, mailboxId, amend, read: () => readReceived(services, scope, id) }
}

/** The machine's clock: live faxes count by it. */
function later(ms: number): void {
  services.clock.jumpTo(services.clock.now() + ms)
}

test('a fax that nobody takes up is escalated when its time is over, not before, and once', async () => {
  const { scope, id, mailboxId, read } = await waiting()
  later(HOUR_MS - 1)
  assert.equal((await sweep(services)).escalated, 0)
  later(1)
  assert.equal((await sweep(services)).escalated, 1)
  assert.equal((await sweep(services)).escalated, 0)
  assert.deepEqual((await read()).escalatedAt, new Date(services.clock.now()))
  assert.deepEqual(await eventsOf(services, scope, id), [
    'inbound.receiving',
    'inbound.received',
    'inbound.escalated',
  ])
  const audit = await services.store.asAccount(scope, (tx) => tx.audit.list({ subjectId: id, limit: 10 }))
  const entry = audit.find(({ action }) => action === 'inbound.escalated')
  const dueAt = (await read()).dueAt!.toISOString()
  assert.deepEqual(entry?.detail, { mailboxId, priority: 'normal', dueAt, notified: 0 })
})

test('what somebody has taken up, and what needs nobody, is not escalated', async () => {
  for (const patch of [
    { mark: 'in_review' },
    { mark: 'done', dueAt: null },
    { mark: 'spam' },
    { dueAt: null },
  ] as const) {
    const { amend, read } = await waiting()
    await amend(patch)
    later(2 * HOUR_MS)
    assert.equal((await sweep(services)).escalated, 0)
    assert.equal((await read()).escalatedAt, null)
  }
})

test('an assignee alone stops no clock', async () => {
  const { amend } = await waiting()
  await amend({ assignee: 'nurse-1' })
  later(HOUR_MS)
  assert.equal((await sweep(services)).escalated, 1)
})

test('in test mode the account’s own clock counts', async () => {
  const { scope, read } = await waiting('test')
  assert.equal((await sweep(services)).escalated, 0)
  await advanceTestTime(services, scope, ACTOR, HOUR_MS)
  assert.notEqual((await read()).escalatedAt, null)
})

test('two processes that find the same faxes at once tell of each once', async () => {
  const all = await Promise.all(Array.from({ length: 8 }, () => waiting()))
  later(HOUR_MS)
  const overdue = all.map(({ scope, id }) => ({ scope, id }))
  const counts = await Promise.all([
    escalateOverdue(services, overdue),
    escalateOverdue(services, overdue),
    escalateOverdue(services, [...overdue].reverse()),
  ])
  assert.equal(
    counts.reduce((sum, count) => sum + count, 0),
    all.length,
  )
  for (const { scope, id } of all) {
    const events = await eventsOf(services, scope, id)
    assert.equal(events.filter((type) => type === 'inbound.escalated').length, 1)
  }
})

test('one that cannot be escalated keeps none of the others', async () => {
  const { scope, id } = await waiting()
  later(HOUR_MS)
  const gone = { scope: { accountId: 'acc_gone', mode: 'live' as const }, id: 'inb_gone' }
  assert.equal(await escalateOverdue(services, [gone, { scope, id }]), 1)
  assert.match(services.logText(), /inbound\.not_escalated/)
})
