import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { assignReceived } from '../../../src/application/inbox/assign-received.ts'
import { linkReceived } from '../../../src/application/inbox/link-received.ts'
import { listReceived } from '../../../src/application/inbox/list-received.ts'
import { markReceived } from '../../../src/application/inbox/mark-received.ts'
import { listNotes, noteReceived } from '../../../src/application/inbox/note-received.ts'
import { getReceived } from '../../../src/application/inbox/read-received.ts'
import { dueAt } from '../../../src/domain/inbox/inbox.ts'
import type { MailboxRow } from '../../../src/ports/store/mailbox-store.ts'
import type { Scope } from '../../../src/ports/store/scope.ts'
import { testDatabase } from '../../support/database.ts'
import { CALLED, CALLER, receiveDistinct } from '../../support/distinct-pages.ts'
import { sendTo } from '../../support/faxes.ts'
import { ACTOR, createTestServices } from '../../support/services.ts'

const services = await createTestServices(await testDatabase())
after(() => services.close())

const rowOf = async (scope: Scope, id: string) => (await getReceived(services, scope, id)).received

function recordsOf(scope: Scope, id: string, type: string) {
  return services.store.asAccount(scope, async (tx) => {
    const events = (await tx.events.listOfFax(id, 0, 100)).filter((event) => event.type === type)
    const audit = (await tx.audit.list({ subjectId: id, limit: 100 })).filter(({ action }) => action === type)
    return { events, audit }
  })
}

async function addMailbox(scope: Scope, wanted: Partial<MailboxRow> = {}): Promise<MailboxRow> {
  const at = new Date(services.clock.now())
  const made = await services.store.asAccount(scope, (tx) =>
    tx.mailboxes.insert({
      ...{ id: services.random.id('mbx'), isDefault: false, name: 'Laboratory', department: null },
      ...{ owner: 'laboratory', escalateTo: null, urgentMinutes: 10, normalMinutes: 30, notifySealed: null },
      ...{ createdAt: at, updatedAt: at },
      ...wanted,
    }),
  )
  return made!
}

const idsOf = async (scope: Scope, query: Omit<Parameters<typeof listReceived>[3], 'limit'>) =>
  (await listReceived(services, scope, ACTOR, { ...query, limit: 100 })).received.map(
    ({ received }) => received.id,
  )

test('a received fax is answered for by its assignee, or else by the owner of its mailbox', async () => {
  const scope = await services.addAccount()
  const id = await receiveDistinct(services, scope, 1)
  assert.equal((await getReceived(services, scope, id)).owner, 'admin')
  await assignReceived(services, scope, ACTOR, id, { assignee: 'okapi' })
  await assignReceived(services, scope, ACTOR, id, { assignee: 'okapi' })
  assert.equal((await getReceived(services, scope, id)).owner, 'okapi')
  const { events, audit } = await recordsOf(scope, id, 'inbound.assigned')
  assert.equal(events.length, 1)
  assert.deepEqual([audit.length, audit[0]!.actor.id], [1, ACTOR.id])
  assert.deepEqual(await idsOf(scope, { assignee: 'okapi' }), [id])
  assert.deepEqual(await idsOf(scope, { assignee: null }), [])
  await assignReceived(services, scope, ACTOR, id, { assignee: null })
  assert.equal((await getReceived(services, scope, id)).owner, 'admin')
})

test('moving a fax keeps what was promised, unless the new mailbox promises more', async () => {
  const scope = await services.addAccount()
  const id = await receiveDistinct(services, scope, 1)
  await markReceived(services, scope, ACTOR, id, 'in_review')
  await markReceived(services, scope, ACTOR, id, 'new')
  const promised = (await rowOf(scope, id)).dueAt!
  const slow = await addMailbox(scope, { normalMinutes: 100_000 })
  await assignReceived(services, scope, ACTOR, id, { mailboxId: slow.id })
  assert.deepEqual((await rowOf(scope, id)).dueAt, promised)
  const quick = await addMailbox(scope)
  await assignReceived(services, scope, ACTOR, id, { mailboxId: quick.id })
  const { dueAt: due, mailboxId } = await rowOf(scope, id)
  assert.deepEqual([mailboxId, due], [quick.id, dueAt(quick, 'normal', new Date(services.clock.now()))])
  assert.deepEqual(await idsOf(scope, { mailboxId: quick.id }), [id])
  assert.equal((await getReceived(services, scope, id)).owner, 'laboratory')
})

test('a mailbox that is not there, or another account has, takes no fax', async () => {
  const scope = await services.addAccount()
  const id = await receiveDistinct(services, scope, 1)
  const foreign = await addMailbox(await services.addAccount(), { isDefault: true })
  for (const mailboxId of ['mbx_nobody', foreign.id]) {
    await assert.rejects(assignReceived(services, scope, ACTOR, id, { mailboxId }), {
      code: 'request.invalid',
      field: 'mailboxId',
    })
  }
  await assert.rejects(assignReceived(services, scope, ACTOR, id, {}), { code: 'request.missing_field' })
})

test('whoever marks it stops the clock, and back to new starts it afresh', async () => {
  const scope = await services.addAccount()
  const id = await receiveDistinct(services, scope, 1)
  for (const mark of ['in_review', 'done', 'spam'] as const) {
    services.clock.jumpTo(services.clock.now() + 60_000)
    await markReceived(services, scope, ACTOR, id, mark)
    const row = await rowOf(scope, id)
    assert.deepEqual([row.mark, row.dueAt, row.markedAt?.getTime()], [mark, null, services.clock.now()])
    await markReceived(services, scope, ACTOR, id, 'new')
    const { dueAt: due, escalatedAt } = await rowOf(scope, id)
    assert.deepEqual([due?.getTime(), escalatedAt], [services.clock.now() + 24 * 3_600_000, null])
  }
  assert.equal((await recordsOf(scope, id, 'inbound.marked')).events.length, 6)
  await markReceived(services, scope, ACTOR, id, 'new')
  const { events, audit } = await recordsOf(scope, id, 'inbound.marked')
  assert.deepEqual([events.length, audit.length], [6, 6])
  assert.deepEqual([events[5]!.data.mark, events[5]!.data.from], ['new', 'spam'])
})

test('only spam has a reason, which goes when the mark does', async () => {
  const scope = await services.addAccount()
  const id = await receiveDistinct(services, scope, 1)
  await assert.rejects(markReceived(services, scope, ACTOR, id, 'done', 'why'), { field: 'reason' })
  await markReceived(services, scope, ACTOR, id, 'spam', 'Advertisement')
  assert.equal((await rowOf(scope, id)).spamReason, 'Advertisement')
  await markReceived(services, scope, ACTOR, id, 'done')
  assert.equal((await rowOf(scope, id)).spamReason, null)
})

test('a call that brought nothing is not for anybody to take up', async () => {
  const scope = await services.addAccount()
  const id = await receiveDistinct(services, scope, 0, { disposition: 'no_fax_tone' })
  await markReceived(services, scope, ACTOR, id, 'done')
  await markReceived(services, scope, ACTOR, id, 'new')
  assert.equal((await rowOf(scope, id)).dueAt, null)
})

test('what is overdue is found until somebody takes it up', async () => {
  const scope = await services.addAccount()
  const id = await receiveDistinct(services, scope, 1)
  await markReceived(services, scope, ACTOR, id, 'done')
  await markReceived(services, scope, ACTOR, id, 'new')
  assert.deepEqual(await idsOf(scope, { overdue: true }), [])
  services.clock.jumpTo(services.clock.now() + 25 * 3_600_000)
  assert.deepEqual(await idsOf(scope, { overdue: true }), [id])
  await markReceived(services, scope, ACTOR, id, 'in_review')
  assert.deepEqual(await idsOf(scope, { overdue: true }), [])
})

test('notes are kept sealed, told by id alone, and read newest first page by page', async () => {
  const scope = await services.addAccount()
  const id = await receiveDistinct(services, scope, 1)
  const written: string[] = []
  for (const text of ['About Test Patient Zebra', 'Second', 'Third']) {
    const note = await noteReceived(services, scope, ACTOR, id, text)
    assert.equal(note.author, ACTOR.id)
    written.unshift(note.text)
    services.clock.jumpTo(services.clock.now() + 10)
  }
  const first = await listNotes(services, scope, ACTOR, id, { limit: 2 })
  const rest = await listNotes(services, scope, ACTOR, id, { limit: 2, cursor: first.nextCursor! })
  assert.deepEqual(
    [...first.notes, ...rest.notes].map(({ text }) => text),
    written,
  )
  assert.equal(rest.nextCursor, null)
  assert.equal((await getReceived(services, scope, id)).noteCount, 3)
  const rows = await services.store.asAccount(scope, (tx) => tx.receivedNotes.list(id, undefined, 10))
  assert.ok(rows.every(({ textSealed }) => !textSealed.includes('Zebra')))
  const { events } = await recordsOf(scope, id, 'inbound.noted')
  assert.doesNotMatch(JSON.stringify(events), /Zebra/)
  assert.equal((await recordsOf(scope, id, 'inbound.notes.read')).audit.length, 2)
})

test('a fax is linked to a patient and to the fax it answers, and nobody is told who the patient is', async () => {
  const scope = await services.addAccount()
  const id = await receiveDistinct(services, scope, 1)
  const sent = await sendTo(services, scope, 0)
  const patient = { id: 'MRN-000000', display: 'Test Patient Zebra' }
  await linkReceived(services, scope, ACTOR, id, { patient })
  await linkReceived(services, scope, ACTOR, id, { patient, replyTo: sent.id })
  await linkReceived(services, scope, ACTOR, id, { patient, replyTo: sent.id })
  const detail = await getReceived(services, scope, id)
  assert.deepEqual([detail.patient, detail.received.replyTo], [patient, sent.id])
  assert.deepEqual(await idsOf(scope, { isReply: true }), [id])
  const { events, audit } = await recordsOf(scope, id, 'inbound.linked')
  assert.deepEqual(
    events.map(({ data }) => [data.patient, data.replyTo]),
    [
      ['linked', undefined],
      [undefined, sent.id],
    ],
  )
  assert.doesNotMatch(JSON.stringify([events, audit.map(({ detail: told }) => told)]), /Zebra|MRN/)
  await linkReceived(services, scope, ACTOR, id, { patient: null, replyTo: null })
  const unlinked = await getReceived(services, scope, id)
  assert.deepEqual([unlinked.patient, unlinked.received.replyTo], [null, null])
  await assert.rejects(linkReceived(services, scope, ACTOR, id, { replyTo: 'fax_nobody' }), {
    code: 'fax.not_found',
    field: 'replyTo',
  })
  await assert.rejects(linkReceived(services, scope, ACTOR, id, {}), { code: 'request.missing_field' })
})

test('two who assign at once are both told, one after the other, and the last word stands', async () => {
  const scope = await services.addAccount()
  for (let round = 0; round < 10; round += 1) {
    const id = await receiveDistinct(services, scope, 1)
    await Promise.all(
      ['okapi', 'zebra', 'giraffe'].map((assignee) =>
        assignReceived(services, scope, ACTOR, id, { assignee }),
      ),
    )
    const { events } = await recordsOf(scope, id, 'inbound.assigned')
    assert.equal(events.length, 3)
    assert.equal((await rowOf(scope, id)).assignee, events[2]!.data.assignee)
    const marks = await Promise.all([
      ...Array.from({ length: 4 }, () => markReceived(services, scope, ACTOR, id, 'done')),
    ])
    assert.equal(marks.length, 4)
    assert.equal((await recordsOf(scope, id, 'inbound.marked')).events.length, 1)
  }
})

test('another account finds none of it', async () => {
  const scope = await services.addAccount()
  const id = await receiveDistinct(services, scope, 1)
  const stranger = await services.addAccount()
  const live: Scope = { ...scope, mode: 'live' }
  for (const other of [stranger, live]) {
    const refused = { code: 'inbound.not_found' }
    await assert.rejects(assignReceived(services, other, ACTOR, id, { assignee: 'x' }), refused)
    await assert.rejects(markReceived(services, other, ACTOR, id, 'done'), refused)
    await assert.rejects(noteReceived(services, other, ACTOR, id, 'x'), refused)
    await assert.rejects(listNotes(services, other, ACTOR, id, { limit: 1 }), refused)
    await assert.rejects(linkReceived(services, other, ACTOR, id, { patient: null }), refused)
  }
  assert.equal((await rowOf(scope, id)).mark, 'new')
})

test('every filter narrows the list down, alone and with the others, in both directions of time', async () => {
  const scope = await services.addAccount()
  const ids: string[] = []
  for (let index = 0; index < 6; index += 1) {
    ids.push(await receiveDistinct(services, scope, 1, { from: index % 2 ? CALLER : null }))
    services.clock.jumpTo(services.clock.now() + 1000)
  }
  await markReceived(services, scope, ACTOR, ids[0]!, 'spam')
  await markReceived(services, scope, ACTOR, ids[1]!, 'done')
  await assignReceived(services, scope, ACTOR, ids[3]!, { assignee: 'okapi' })
  const pick = (...places: number[]) => places.map((place) => ids[place])
  assert.deepEqual(await idsOf(scope, {}), pick(5, 4, 3, 2, 1, 0))
  assert.deepEqual(await idsOf(scope, { number: CALLED, from: CALLER }), pick(5, 3, 1))
  assert.deepEqual(await idsOf(scope, { marks: ['spam', 'done'] }), pick(1, 0))
  assert.deepEqual(await idsOf(scope, { from: CALLER, assignee: null, marks: ['new'] }), pick(5))
  const { startedAt } = await rowOf(scope, ids[2]!)
  assert.deepEqual(await idsOf(scope, { startedAfter: startedAt }), pick(5, 4, 3, 2))
  assert.deepEqual(await idsOf(scope, { startedBefore: startedAt }), pick(1, 0))
  assert.deepEqual(await idsOf(scope, { startedBefore: startedAt, from: CALLER }), pick(1))
  assert.deepEqual(await idsOf(scope, { isDuplicate: true }), [])
  const listed: string[] = []
  for (let cursor: string | undefined; ; ) {
    const page = await listReceived(services, scope, ACTOR, {
      startedAfter: (await rowOf(scope, ids[1]!)).startedAt,
      limit: 2,
      ...(cursor === undefined ? {} : { cursor }),
    })
    listed.push(...page.received.map(({ received }) => received.id))
    if (page.nextCursor === null) break
    cursor = page.nextCursor
  }
  assert.deepEqual(listed, pick(5, 4, 3, 2, 1))
  const oldest = await services.store.asAccount(scope, (tx) =>
    tx.received.list({ order: 'oldest', afterId: ids[1]!, startedFrom: startedAt, limit: 2 }),
  )
  assert.deepEqual(
    oldest.map(({ id }) => id),
    pick(2, 3),
  )
})
