import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { CHECKS } from '../../../src/application/compliance/checks.ts'
import { gatherFacts } from '../../../src/application/compliance/gather-facts.ts'
import { sendNotice } from '../../../src/application/notices/send-notice.ts'
import { breakGlass, reviewBreakGlass } from '../../../src/application/people/break-glass.ts'
import { beginSession } from '../../../src/application/people/sessions.ts'
import { alarmUnreviewed } from '../../../src/application/upkeep/alarm-unreviewed.ts'
import { type Mail, MailError } from '../../../src/ports/mailer.ts'
import type { Actor, Scope } from '../../../src/ports/store/scope.ts'
import { goodInstallation } from '../../support/compliance.ts'
import { testDatabase } from '../../support/database.ts'
import { sendNotices, sweepAndSend } from '../../support/notices.ts'
import { addPerson } from '../../support/people.ts'
import { createTestServices } from '../../support/services.ts'

const HOUR = 3_600_000
const WEEK = 7 * 24 * HOUR
const REASON = 'Test Patient Zebra in the emergency room'

const mails: Mail[] = []
let isMailAway = false
/** Whom the mail server puts off. */
const refused = new Set<string>()
const mailer = {
  send: async (mail: Mail) => {
    if (isMailAway || refused.has(mail.to)) throw new MailError('deferred')
    mails.push(mail)
  },
}
const services = await createTestServices(await testDatabase(), { mailer })
after(() => services.close())
const { clock, store } = services

interface Clinic {
  readonly live: Scope
  readonly owner: { id: string; email: string }
  /** Uses emergency access. @returns the id of it */
  use(): Promise<string>
  alarms(): Promise<number[]>
}

async function clinic(): Promise<Clinic> {
  const live: Scope = { ...(await services.addAccount()), mode: 'live' }
  const owner = await addPerson({ services }, live, 'owner')
  const desk = await addPerson({ services }, live, 'front_desk')
  const actor: Actor = { kind: 'user', id: desk.id, requestId: null }
  return {
    live,
    owner,
    async use() {
      const person = await store.asSystem((tx) => tx.people.get(desk.id))
      const wanted = { state: 'active', method: 'password', secondFactor: true } as const
      const { session } = await beginSession(services, person!, wanted, {
        address: '192.0.2.1',
        requestId: null,
      })
      const grant = { sessionId: session.id, reason: REASON, minutes: 30 }
      return (await breakGlass(services, live, actor, grant)).id
    },
    async alarms() {
      await services.settle()
      const events = await store.asAccount(live, (tx) => tx.events.list(undefined, 200))
      return events
        .filter(({ type }) => type === 'access.break_glass_unreviewed')
        .map(({ data }) => data.alarms as number)
    },
  }
}

const subjects = (to: string) => mails.filter((mail) => mail.to === to).map(({ subject }) => subject)
const LATE = 'Nobody has reviewed emergency access'
const pass = (ms: number) => clock.jumpTo(clock.now() + ms)

async function check(live: Scope): Promise<{ outcome: string; observed: string; fix: string | null }> {
  const facts = await gatherFacts(services, live, goodInstallation(new Date(clock.now())), 'production')
  return CHECKS.find(({ id }) => id === 'people.break_glass')!.judge(facts)
}

test('a day after it was used without a review, event, audit, mail and check say so, once, and nothing of why', async () => {
  const { live, owner, use, alarms } = await clinic()
  const id = await use()
  pass(24 * HOUR - 1)
  await sweepAndSend(services)
  assert.deepEqual([await alarms(), subjects(owner.email)], [[], ['Emergency access was used']])
  assert.equal((await check(live)).outcome, 'pass')
  pass(1)
  assert.deepEqual((await check(live)).outcome, 'fail')
  await sweepAndSend(services)
  await sweepAndSend(services)
  assert.deepEqual([await alarms(), subjects(owner.email)], [[1], ['Emergency access was used', LATE]])

  const red = await check(live)
  assert.match(red.observed, new RegExp(id))
  assert.match(red.fix ?? '', /POST \/v2\/break-glass\/\{id\}\/review/)
  const { text } = mails.at(-1)!
  assert.match(text, /z•+/)
  assert.ok(text.includes(id))
  const events = await store.asAccount(live, (tx) => tx.events.list(undefined, 200))
  const event = events.find(({ type }) => type === 'access.break_glass_unreviewed')!
  assert.deepEqual(Object.keys(event.data).sort(), ['alarms', 'breakGlassId', 'dueAt', 'usedAt', 'userId'])
  const audit = await store.asAccount(live, (tx) => tx.audit.list({ limit: 100 }))
  const entries = audit.filter(({ action }) => action === 'break_glass.unreviewed')
  assert.deepEqual(
    entries.map(({ subjectId, detail }) => [subjectId, detail]),
    [[id, { alarms: 1 }]],
  )
  const told = JSON.stringify([mails, events, audit, services.logText()])
  assert.doesNotMatch(told, /Zebra in the emergency|emergency room/)
})

test('it is told again each week until somebody reviews it, and then no more', async () => {
  const { live, owner, use, alarms } = await clinic()
  const id = await use()
  pass(24 * HOUR)
  await sweepAndSend(services)
  pass(WEEK - 1)
  await sweepAndSend(services)
  assert.deepEqual(await alarms(), [1])
  for (const alarm of [2, 3]) {
    pass(alarm === 2 ? 1 : WEEK)
    await sweepAndSend(services)
    assert.deepEqual(
      await alarms(),
      Array.from({ length: alarm }, (_, at) => at + 1),
    )
  }
  assert.equal(subjects(owner.email).filter((subject) => subject === LATE).length, 3)
  assert.equal(new Set(mails.map((mail) => mail.id)).size, mails.length, 'no mailbox takes one for another')
  const reviewer: Actor = { kind: 'user', id: owner.id, requestId: null }
  await reviewBreakGlass(services, live, reviewer, id, { outcome: 'justified', note: 'Seen' })
  assert.equal((await check(live)).outcome, 'pass')
  pass(5 * WEEK)
  await sweepAndSend(services)
  assert.equal((await alarms()).length, 3)
})

test('what is reviewed in time is never told, and a review ends a mail that still waits', async () => {
  const { live, owner, use, alarms } = await clinic()
  const reviewer: Actor = { kind: 'user', id: owner.id, requestId: null }
  const review = { outcome: 'justified', note: 'Seen' } as const
  await reviewBreakGlass(services, live, reviewer, await use(), review)
  const late = await use()
  pass(25 * HOUR)
  await sweepAndSend(services)
  assert.deepEqual(await alarms(), [1])

  isMailAway = true
  pass(WEEK)
  await sweepAndSend(services)
  assert.deepEqual(await alarms(), [1, 2], 'told however the mail server is')
  await reviewBreakGlass(services, live, reviewer, late, review)
  isMailAway = false
  pass(HOUR)
  await sweepAndSend(services)
  assert.equal(subjects(owner.email).filter((subject) => subject === LATE).length, 1)
})

test('a mail that fails is sent again, and the event is not', async () => {
  const { owner, use, alarms } = await clinic()
  await use()
  await sweepAndSend(services)
  isMailAway = true
  pass(24 * HOUR)
  await sweepAndSend(services)
  pass(60_000)
  await sweepAndSend(services)
  isMailAway = false
  assert.equal(subjects(owner.email).length, 1)
  pass(5 * 60_000)
  await sweepAndSend(services)
  await sweepAndSend(services)
  assert.deepEqual([await alarms(), subjects(owner.email)], [[1], ['Emergency access was used', LATE]])
})

test('an owner whose mail is put off keeps none of the others waiting, and has none of them mailed twice', async () => {
  const { live, owner, use } = await clinic()
  const [bad, good] = [
    await addPerson({ services }, live, 'owner'),
    await addPerson({ services }, live, 'owner'),
  ]
  refused.add(bad.email)
  await use()
  const USED = 'Emergency access was used'
  const counts = (subject: string) =>
    [owner, bad, good].map(({ email }) => subjects(email).filter((each) => each === subject).length)
  for (let minute = 0; minute < 5; minute += 1) {
    await sweepAndSend(services)
    pass(60_000)
  }
  assert.deepEqual(counts(USED), [1, 0, 1])
  refused.clear()
  pass(60_000)
  await sweepAndSend(services)
  await sweepAndSend(services)
  assert.deepEqual(counts(USED), [1, 1, 1])
  pass(24 * HOUR)
  await sweepAndSend(services)
  assert.deepEqual(counts(LATE), [1, 1, 1], 'the alarm is a mail of its own')
})

test('of several processes that look at once, one tells', async () => {
  const { use, alarms } = await clinic()
  for (let uses = 0; uses < 3; uses += 1) await use()
  pass(24 * HOUR)
  const told = await Promise.all(Array.from({ length: 4 }, () => alarmUnreviewed(services)))
  assert.equal(
    told.reduce((sum, each) => sum + each, 0),
    3,
  )
  assert.deepEqual(await alarms(), [1, 1, 1])
})

test('of several processes that mail at once, one does', async () => {
  const { owner, use } = await clinic()
  await use()
  await Promise.all(
    services.queue.waiting
      .filter(({ name }) => name === 'send-notice')
      .flatMap(({ scope, subjectId }) =>
        Array.from({ length: 4 }, () => sendNotice(services, scope, subjectId)),
      ),
  )
  assert.deepEqual(subjects(owner.email), ['Emergency access was used'])
})

test('an owner who is one no more when the mail leaves is told nothing, and it is not held for a failure', async () => {
  const { live, owner, use } = await clinic()
  const left = await addPerson({ services }, live, 'owner')
  await use()
  await store.asAccount(live, (tx) =>
    tx.members.update(left.id, { status: 'disabled' }, new Date(clock.now())),
  )
  await sendNotices(services)
  assert.deepEqual([subjects(owner.email).length, subjects(left.email).length], [1, 0])
  const notices = await store.asAccount(live, (tx) => tx.notices.list({ limit: 10 }))
  assert.deepEqual(notices.map(({ status, attemptCount }) => [status, attemptCount]).sort(), [
    ['dropped', 0],
    ['sent', 1],
  ])
})

test('where nobody is left to review it, as in an account that was closed, nobody is told', async () => {
  const [closed, open] = [await clinic(), await clinic()]
  await closed.use()
  await open.use()
  await store.asAccount(closed.live, async (tx) => {
    for (const { personId } of await tx.members.list())
      await tx.members.update(personId, { status: 'disabled' }, new Date(clock.now()))
  })
  pass(WEEK)
  await sweepAndSend(services)
  assert.deepEqual([await open.alarms(), await closed.alarms()], [[1], []])
  assert.ok(subjects(open.owner.email).includes(LATE))
})
