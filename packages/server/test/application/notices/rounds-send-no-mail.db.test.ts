import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createSmtpMailer } from '../../../src/adapters/mail/smtp-mailer.ts'
import { createMailbox } from '../../../src/application/inbox/mailboxes.ts'
import { markReceived } from '../../../src/application/inbox/mark-received.ts'
import { breakGlass, reviewBreakGlass } from '../../../src/application/people/break-glass.ts'
import { beginSession } from '../../../src/application/people/sessions.ts'
import { sweep } from '../../../src/application/upkeep/sweep.ts'
import type { Actor, Scope } from '../../../src/ports/store/scope.ts'
import { cover, inDays } from '../../support/associates.ts'
import { crashingServices } from '../../support/crashing-services.ts'
import { testDatabase } from '../../support/database.ts'
import { sendNotices, sweepAndSend } from '../../support/notices.ts'
import { addPerson } from '../../support/people.ts'
import { ownNumber, receive } from '../../support/received.ts'
import { ACTOR, createTestServices } from '../../support/services.ts'
import { startSmtpServer } from '../../support/smtp-server.ts'

const DAY_MS = 86_400_000
const CONTACT = 'privacy@clinic.example'
const smtp = await startSmtpServer()
const address = { host: '127.0.0.1', port: smtp.port, tls: 'none', login: undefined } as const
const settings = { ...address, from: 'fax@clinic.example' }
const services = await createTestServices(await testDatabase(), { mailer: createSmtpMailer(settings) })
/** Somebody whose patience with a mail server ends at once. */
const hasty = {
  ...services,
  mailer: createSmtpMailer(settings, { connectMs: 300, silenceMs: 300, totalMs: 600 }),
}
const { clock, store, queue } = services
after(async () => {
  await services.close()
  await smtp.close()
})

const pass = (ms: number) => clock.jumpTo(clock.now() + ms)

interface Clinic {
  readonly scope: Scope
  readonly owners: readonly { readonly id: string; readonly email: string }[]
  readonly grantId: string
  readonly associateId: string
}

/** In a day emergency access is to be reviewed, and in seven an agreement ends. */
async function clinic(): Promise<Clinic> {
  const scope: Scope = { ...(await services.addAccount()), mode: 'live' }
  const owners = [
    await addPerson({ services }, scope, 'owner'),
    await addPerson({ services }, scope, 'owner'),
  ]
  const { id } = await addPerson({ services }, scope, 'front_desk')
  const person = await store.asSystem((tx) => tx.people.get(id))
  const how = { state: 'active', method: 'password', secondFactor: true } as const
  const { session } = await beginSession(services, person!, how, { address: '192.0.2.1', requestId: null })
  const wanted = { sessionId: session.id, reason: 'Test Patient Zebra in the emergency room', minutes: 30 }
  const grant = await breakGlass(services, scope, { kind: 'user', id, requestId: null }, wanted)
  const associateId = await cover(services, scope, {}, { expiresOn: inDays(services, 7) })
  return { scope, owners, grantId: grant.id, associateId }
}

const USED = 'Emergency access was used'
const LATE = 'Nobody has reviewed emergency access'
const headersOf = (text: string) => ({
  subject: /^Subject: (.*)$/m.exec(text)?.[1] ?? '',
  id: /^Message-ID: (.*)$/m.exec(text)?.[1] ?? '',
})

function mailsTo(email: string, since = 0) {
  return smtp.mails
    .slice(since)
    .filter(({ to }) => to.includes(email))
    .map(({ text }) => headersOf(text))
}

const subjectsTo = (email: string, since = 0) =>
  mailsTo(email, since)
    .map(({ subject }) => subject)
    .sort()

test('a mail server that takes connections and never answers holds no round, and has all mails once it is well', {
  timeout: 60_000,
}, async () => {
  const { scope, owners } = await clinic()
  const chief = { name: 'Referrals', owner: 'x', escalateTo: 'chief@clinic.example', normalMinutes: 30 }
  const mailbox = await createMailbox(services, scope, ACTOR, chief)
  await ownNumber(services, scope, { mailboxId: mailbox.id })
  const { id: inboundId } = await receive(services, scope)
  smtp.isSilent = true
  pass(DAY_MS)
  const began = { virtual: clock.now(), real: process.hrtime.bigint() }
  await sweep(services)
  const tookMs = Number(process.hrtime.bigint() - began.real) / 1e6
  assert.equal(smtp.connections, 0, 'a round speaks to no mail server')
  assert.equal(clock.now(), began.virtual)
  assert.ok(tookMs < 10_000, `it took ${tookMs} ms, and a mail is waited for twenty seconds`)

  const statuses = async () =>
    (await store.asAccount(scope, (tx) => tx.notices.list({ limit: 50 }))).map(
      ({ kind, status, error }) => `${kind} ${status} ${error}`,
    )
  await sendNotices({ ...hasty })
  assert.equal((await statuses()).length, 8)
  assert.deepEqual([...new Set(await statuses())].sort(), [
    'associate_expiring pending timeout',
    'break_glass_unreviewed pending timeout',
    'break_glass_used pending timeout',
    'escalated pending timeout',
  ])
  const silent = smtp.connections
  assert.equal(silent, 8)
  await sweep(services)
  assert.equal(smtp.connections, silent)

  smtp.isSilent = false
  pass(60_000)
  await sweepAndSend(services)
  for (const { email } of owners)
    assert.deepEqual(
      subjectsTo(email),
      [USED, LATE, 'The agreement with Example Telecom ends in 6 days'].sort(),
    )
  assert.deepEqual(subjectsTo(CONTACT), ['The agreement with Example Telecom ends in 6 days'])
  assert.deepEqual(subjectsTo('chief@clinic.example'), ['a fax is waiting (Referrals)'])
  pass(DAY_MS / 4)
  await sweepAndSend(services)
  assert.equal(smtp.mails.length, 8)
  await markReceived(services, scope, ACTOR, inboundId, 'done')
})

test('wherever a round is killed, and every job with it, each mail is sent, and no second one under another Message-ID', {
  timeout: 120_000,
}, async () => {
  for (let at = 1, isOver = false; !isOver; at += 1) {
    const { scope, owners, grantId, associateId } = await clinic()
    const since = smtp.mails.length
    // Between the commit and the mail: the process that had the jobs is gone.
    queue.waiting.length = 0
    pass(DAY_MS)
    const plan = { count: 0, at }
    await sweep(crashingServices(services, plan)).catch(() => undefined)
    isOver = plan.count < at
    queue.waiting.length = 0
    pass(10_000)
    await sweepAndSend(services)
    await sweepAndSend(services)
    for (const { email } of owners) {
      const mails = mailsTo(email, since)
      const expected = [USED, LATE, 'The agreement with Example Telecom ends in 6 days'].sort()
      assert.deepEqual(mails.map(({ subject }) => subject).sort(), expected, `killed at effect ${at}`)
      assert.equal(new Set(mails.map(({ id }) => id)).size, 3)
    }
    const reviewer: Actor = { kind: 'user', id: owners[0]!.id, requestId: null }
    await reviewBreakGlass(services, scope, reviewer, grantId, { outcome: 'justified', note: 'Seen' })
    const ended = { endedAt: new Date(clock.now()), endedBy: 'x', nextLookAt: null }
    await store.asAccount(scope, (tx) => tx.associates.update(associateId, ended))
  }
})

test('a job of a mail names a row and nothing of what it says, and the row names no address of the account', async () => {
  const { scope, owners } = await clinic()
  pass(DAY_MS)
  await sweep(services)
  const jobs = queue.enqueued.filter(
    ({ name, scope: of }) => name === 'send-notice' && of.accountId === scope.accountId,
  )
  assert.equal(new Set(jobs.map(({ subjectId }) => subjectId)).size, 7)
  for (const job of jobs) {
    assert.deepEqual(Object.keys(job).sort(), ['name', 'scope', 'subjectId'])
    assert.match(job.subjectId, /^ntc_\w+$/)
  }
  const rows = await store.asAccount(scope, (tx) => tx.notices.list({ limit: 50 }))
  for (const email of [CONTACT, ...owners.map((owner) => owner.email)])
    assert.ok(!JSON.stringify([jobs, rows]).includes(email))
})

test('a mail that is refused for good has failed, in the audit too, and keeps nobody else waiting', async () => {
  const { scope, owners, grantId } = await clinic()
  const [gone, there] = owners
  smtp.answer = (address) => (address === gone!.email ? '550 5.1.1 no such user' : undefined)
  const since = smtp.mails.length
  await sendNotices(services)
  smtp.answer = () => undefined
  assert.deepEqual([subjectsTo(gone!.email, since), subjectsTo(there!.email, since)], [[], [USED]])
  const audit = await store.asAccount(scope, (tx) => tx.audit.list({ subjectId: grantId, limit: 20 }))
  const entries = audit.filter(({ action }) => action.startsWith('notice.'))
  const told = entries.map(({ action, detail: { kind, attempts, error } }) => [action, kind, attempts, error])
  assert.deepEqual(told.sort(), [
    ['notice.failed', 'break_glass_used', 1, 'refused'],
    ['notice.sent', 'break_glass_used', 1, undefined],
  ])
  assert.doesNotMatch(JSON.stringify(audit) + services.logText(), /clinic\.example/)
})
