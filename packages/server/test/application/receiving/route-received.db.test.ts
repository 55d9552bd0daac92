import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createMailbox, listMailboxes } from '../../../src/application/inbox/mailboxes.ts'
import { createRoute, type NewRoute } from '../../../src/application/numbers/inbound-routes.ts'
import { routeExamined } from '../../../src/application/receiving/route-received.ts'
import { screenCall } from '../../../src/application/receiving/screen-call.ts'
import type { ReceivedPatch } from '../../../src/ports/store/received-store.ts'
import type { Scope } from '../../../src/ports/store/scope.ts'
import { testDatabase } from '../../support/database.ts'
import { CALLED, CALLER, eventsOf, ownNumber, readReceived, receive } from '../../support/received.ts'
import { ACTOR, createTestServices } from '../../support/services.ts'

const services = await createTestServices(await testDatabase())
after(() => services.close())

async function clinic() {
  const scope = await services.addAccount()
  const mailbox = (name: string, urgentMinutes = 30) =>
    createMailbox(services, scope, ACTOR, { name, owner: `${name}-lead`, urgentMinutes, normalMinutes: 240 })
  const route = (wanted: Partial<NewRoute>) =>
    createRoute(services, scope, ACTOR, { name: 'Rule', conditions: {}, actions: {}, ...wanted })
  const [inbox] = await listMailboxes(services, scope)
  return { scope, mailbox, route, inbox: inbox! }
}

function amend(scope: Scope, id: string, patch: ReceivedPatch) {
  return services.store.asAccount(scope, (tx) => tx.received.amend(id, patch))
}

function examine(scope: Scope, id: string, barcodes: readonly string[]) {
  return services.store.asAccount(scope, async (tx) => {
    const received = await tx.received.get(id)
    return routeExamined(services, tx, received!, barcodes)
  })
}

const minutesAfter = (from: Date | null, to: Date | null) =>
  from && to && (to.getTime() - from.getTime()) / 60_000

test('a fax that no rule is for lies in the mailbox of its number, or in the default one, and its clock runs', async () => {
  const { scope, mailbox, inbox } = await clinic()
  const lab = await mailbox('Lab')
  const elsewhere = await receive(services, scope)
  assert.deepEqual([elsewhere.mailboxId, elsewhere.routeId, elsewhere.mark], [inbox.id, null, 'new'])
  assert.equal(minutesAfter(elsewhere.endedAt, elsewhere.dueAt), 24 * 60)
  await ownNumber(services, scope, { mailboxId: lab.id })
  const ours = await receive(services, scope)
  assert.deepEqual([ours.mailboxId, minutesAfter(ours.endedAt, ours.dueAt)], [lab.id, 240])
  assert.deepEqual(await eventsOf(services, scope, ours.id), ['inbound.receiving', 'inbound.received'])
})

test('the first rule that holds gives it mailbox, assignee and priority, and tells so in its own event', async () => {
  const { scope, mailbox, route } = await clinic()
  const cardiology = await mailbox('Cardiology')
  await route({ position: 20, actions: { priority: 'urgent' } })
  const chosen = await route({
    position: 10,
    conditions: { from: ['+1202*'], stationId: { contains: 'zebra' } },
    actions: { mailboxId: cardiology.id, assignee: 'nurse-1', priority: 'urgent' },
  })
  const received = await receive(services, scope, { end: { remoteId: 'ZEBRA Clinic' } })
  const { mailboxId, assignee, priority, routeId, endedAt, dueAt } = received
  assert.deepEqual([mailboxId, assignee, priority, routeId], [cardiology.id, 'nurse-1', 'urgent', chosen.id])
  assert.equal(minutesAfter(endedAt, dueAt), 30)
  const events = await services.store.asAccount(scope, (tx) => tx.events.listOfFax(received.id, 0, 10))
  assert.deepEqual(
    events.map(({ type, data }) => [type, data.mailboxId === cardiology.id]),
    [
      ['inbound.receiving', false],
      ['inbound.received', true],
      ['inbound.routed', true],
    ],
  )
  assert.equal(events.at(-1)?.data.routeId, chosen.id)
  assert.doesNotMatch(JSON.stringify(events), /nurse|ZEBRA|\+1202/)
})

test('a call without a page is nobody’s to take up: no rule, no due time', async () => {
  const { scope, mailbox, route, inbox } = await clinic()
  const lab = await mailbox('Lab')
  await route({ actions: { mailboxId: lab.id, assignee: 'nurse-1' } })
  const failed = await receive(services, scope, { pages: 0, end: { disposition: 'no_fax_tone' } })
  const { status, mailboxId, dueAt, routeId, assignee } = failed
  assert.deepEqual([status, mailboxId, dueAt, routeId, assignee], ['failed', inbox.id, null, null, null])
})

test('a call that was cut off with pages is routed as any other', async () => {
  const { scope, route } = await clinic()
  const chosen = await route({ actions: { priority: 'urgent' } })
  const cut = await receive(services, scope, { end: { disposition: 'call_dropped' } })
  assert.deepEqual([cut.status, cut.routeId], ['partially_received', chosen.id])
})

test('a rule that waits for barcodes takes the fax when they were read, and only then', async () => {
  const { scope, mailbox, route } = await clinic()
  const [referrals, general] = [await mailbox('Referrals'), await mailbox('General')]
  const byCode = await route({
    position: 1,
    conditions: { barcode: { startsWith: 'REF-' } },
    actions: { mailboxId: referrals.id, priority: 'urgent' },
  })
  const rest = await route({ position: 2, actions: { mailboxId: general.id } })
  const received = await receive(services, scope)
  assert.deepEqual([received.mailboxId, received.routeId], [general.id, rest.id])
  assert.equal((await examine(scope, received.id, ['X-1'])).mailboxId, general.id)
  const moved = await examine(scope, received.id, ['X-1', 'REF-0042'])
  assert.deepEqual([moved.mailboxId, moved.routeId, moved.priority], [referrals.id, byCode.id, 'urgent'])
  assert.equal(minutesAfter(moved.endedAt, moved.dueAt), 30)
  // Once more changes and tells nothing.
  await examine(scope, received.id, ['REF-0042'])
  assert.deepEqual((await eventsOf(services, scope, received.id)).slice(2), [
    'inbound.routed',
    'inbound.routed',
  ])
})

test('the job that reads barcodes asks the rules again', async () => {
  const { scope, mailbox, route } = await clinic()
  const referrals = await mailbox('Referrals')
  const byCode = await route({
    conditions: { barcode: { equals: 'REF-0042' } },
    actions: { mailboxId: referrals.id },
  })
  await services.runDue()
  const { id } = await receive(services, scope)
  services.pageReader.nextBarcodes.push([{ format: 'QRCode', text: 'REF-0042' }])
  await services.runDue()
  const { mailboxId, routeId, examinedAt } = await readReceived(services, scope, id)
  assert.deepEqual([mailboxId, routeId, examinedAt !== null], [referrals.id, byCode.id, true])
})

test('what a person has touched is not moved by a later pass', async () => {
  const { scope, mailbox, route } = await clinic()
  const [referrals, other] = [await mailbox('Referrals'), await mailbox('Other')]
  const actions = { mailboxId: referrals.id, assignee: 'nurse-1' }
  await route({ conditions: { barcode: { startsWith: 'REF-' } }, actions })
  for (const touch of [
    { assignee: 'doctor-2' },
    { mailboxId: other.id },
    { priority: 'urgent' },
    { mark: 'in_review', markedAt: new Date(services.clock.now()) },
    // Marked and put back: somebody looked at it.
    { mark: 'new', markedAt: new Date(services.clock.now()) },
  ] as const) {
    const { id } = await receive(services, scope)
    const before = await amend(scope, id, touch)
    await examine(scope, id, ['REF-1'])
    assert.deepEqual(await readReceived(services, scope, id), before)
  }
  const { id } = await receive(services, scope)
  assert.equal((await examine(scope, id, ['REF-1'])).mailboxId, referrals.id)
})

test('a fax that somebody took while it was coming in stays theirs when it ends, and its clock starts', async () => {
  const { scope, mailbox, route, inbox } = await clinic()
  const lab = await mailbox('Lab')
  await route({ actions: { mailboxId: lab.id, assignee: 'nurse-1' } })
  const during = (id: string) => amend(scope, id, { assignee: 'doctor-2' })
  const { assignee, mailboxId, routeId, endedAt, dueAt } = await receive(services, scope, { during })
  assert.deepEqual([assignee, mailboxId, routeId], ['doctor-2', inbox.id, null])
  assert.equal(minutesAfter(endedAt, dueAt), 24 * 60)
})

test('spam is received, marked with its reason, and asks nobody to take it up', async () => {
  const { scope, route } = await clinic()
  await route({ conditions: { anonymous: true }, actions: { spam: { reason: 'no caller' } } })
  const received = await receive(services, scope, { from: null })
  const { status, mark, spamReason, dueAt, markedAt } = received
  assert.deepEqual([status, mark, spamReason, dueAt, markedAt], ['received', 'spam', 'no caller', null, null])
  assert.equal((await receive(services, scope)).mark, 'new')
})

test('a later rule takes a fax back out of spam', async () => {
  const { scope, route } = await clinic()
  await route({
    position: 1,
    conditions: { barcode: { startsWith: 'REF-' } },
    actions: { priority: 'urgent' },
  })
  await route({
    position: 2,
    conditions: { from: ['+1202*'] },
    actions: { block: { reason: 'advertising' } },
  })
  // The rule with the barcode may still hold, so the call is not refused.
  const numbers = { to: CALLED, from: CALLER }
  assert.equal(await services.store.asAccount(scope, (tx) => screenCall(services, tx, numbers)), undefined)
  const received = await receive(services, scope)
  assert.deepEqual([received.mark, received.spamReason], ['spam', 'advertising'])
  const moved = await examine(scope, received.id, ['REF-1'])
  assert.deepEqual([moved.mark, moved.spamReason, moved.priority], ['new', null, 'urgent'])
  assert.notEqual(moved.dueAt, null)
})

test('a blocked call is on record with its rule and reason, its caller encrypted', async () => {
  const { scope, route } = await clinic()
  const numberId = await ownNumber(services, scope)
  const conditions = { from: ['+1202*'] }
  const block = await route({ numberId, conditions, actions: { block: { reason: 'advertising' } } })
  const numbers = { to: CALLED, from: CALLER }
  const blocked = await services.store.asAccount(scope, (tx) => screenCall(services, tx, numbers))
  assert.equal(blocked?.reason, 'advertising')
  const [row] = await services.store.asAccount(scope, (tx) => tx.inboundRoutes.blockedCalls(undefined, 10))
  assert.deepEqual([row?.id, row?.routeId, row?.numberId], [blocked?.id, block.id, numberId])
  assert.ok(!row?.fromSealed?.includes(CALLER.slice(1)))
  const [entry] = await services.store.asAccount(scope, (tx) =>
    tx.audit.list({ subjectId: blocked!.id, limit: 10 }),
  )
  assert.equal(entry?.action, 'inbound.blocked')
  assert.deepEqual(entry?.detail, { routeId: block.id, numberId, reason: 'advertising' })
  assert.doesNotMatch(JSON.stringify(entry?.detail), /\+1202/)
  // Another number of the account is not meant.
  const other = { to: '+12025550179', from: CALLER }
  assert.equal(await services.store.asAccount(scope, (tx) => screenCall(services, tx, other)), undefined)
})

test('a rule that cannot be read keeps no fax out', async () => {
  const { scope, route, inbox } = await clinic()
  const broken = await route({ actions: { priority: 'urgent' } })
  await services.store.asAccount(scope, (tx) =>
    tx.inboundRoutes.update(broken.id, {
      conditionsSealed: Buffer.alloc(60),
      updatedAt: new Date(services.clock.now()),
    }),
  )
  const received = await receive(services, scope)
  assert.deepEqual([received.status, received.mailboxId], ['received', inbox.id])
  assert.match(services.logText(), /route\.unreadable/)
})
