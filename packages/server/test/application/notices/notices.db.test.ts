import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createSmtpMailer } from '../../../src/adapters/mail/smtp-mailer.ts'
import { createMailbox, type NewMailbox } from '../../../src/application/inbox/mailboxes.ts'
import { markReceived } from '../../../src/application/inbox/mark-received.ts'
import { listNotices } from '../../../src/application/notices/list-notices.ts'
import { sendNotice } from '../../../src/application/notices/send-notice.ts'
import { createRoute } from '../../../src/application/numbers/inbound-routes.ts'
import { routeExamined } from '../../../src/application/receiving/route-received.ts'
import { sweep } from '../../../src/application/upkeep/sweep.ts'
import { MailError } from '../../../src/ports/mailer.ts'
import type { Scope } from '../../../src/ports/store/scope.ts'
import { crashingServices } from '../../support/crashing-services.ts'
import { testDatabase } from '../../support/database.ts'
import { CALLED, CALLER, ownNumber, receive } from '../../support/received.ts'
import { ACTOR, createTestServices, TEST_POLICY } from '../../support/services.ts'
import { startSmtpServer } from '../../support/smtp-server.ts'

const smtp = await startSmtpServer()
const address = { host: '127.0.0.1', port: smtp.port, tls: 'none', login: undefined } as const
const services = await createTestServices(await testDatabase(), {
  mailer: createSmtpMailer({ ...address, from: 'fax@clinic.example' }),
  policy: { ...TEST_POLICY, publicUrl: 'https://fax.clinic.example' },
})
after(async () => {
  await services.close()
  await smtp.close()
})

const DESK = 'desk@clinic.example'
const NURSE = 'nurse@clinic.example'

async function clinic(wanted: Partial<NewMailbox> = {}) {
  const scope: Scope = { ...(await services.addAccount()), mode: 'live' }
  const settings = { name: 'Referrals', owner: 'lead@clinic.example', notify: [DESK], ...wanted }
  const mailbox = await createMailbox(services, scope, ACTOR, settings)
  await ownNumber(services, scope, { mailboxId: mailbox.id })
  const notices = async () => (await listNotices(services, scope, mailbox.id, { limit: 50 })).notices
  return { scope, mailbox, notices }
}

/** Sends what is due now, as the workers would. */
async function deliver(scope: Scope, ids: readonly string[]): Promise<void> {
  for (const id of ids) await sendNotice(services, scope, id)
}

function mailsTo(to: string) {
  return smtp.mails.filter((mail) => mail.to.includes(to))
}

test('the addresses of a mailbox are told that a fax came, and nothing of what it is', async () => {
  const { scope, notices } = await clinic()
  const before = smtp.mails.length
  const { id } = await receive(services, scope, { pages: 2, end: { remoteId: 'TEST PATIENT ZEBRA' } })
  const job = services.queue.enqueued.at(-1)
  const [notice] = await notices()
  assert.deepEqual([job?.name, job?.subjectId], ['examine-received', id])
  assert.ok(services.queue.enqueued.some((each) => each.subjectId === notice?.id))
  await deliver(scope, [notice!.id])
  assert.equal(smtp.mails.length, before + 1)
  const { text, to } = smtp.mails.at(-1)!
  assert.deepEqual(to, [DESK])
  assert.match(text, /^Subject: a fax came \(Referrals\)$/m)
  assert.match(text, /^Received: 01\/02\/2026 12:00 UTC$/m)
  assert.match(text, /^Pages: {4}2$/m)
  assert.match(text, /^Priority: normal$/m)
  assert.match(text, new RegExp(`^https://fax\\.clinic\\.example/v2/inbound/${id}$`, 'm'))
  for (const secret of [CALLED, CALLER, CALLED.slice(2), CALLER.slice(2), 'ZEBRA']) {
    assert.ok(!text.includes(secret), secret)
  }
  const [sent] = await notices()
  assert.deepEqual([sent?.status, sent?.attemptCount, sent?.to], ['sent', 1, 'd•••@clinic.example'])
  // A second job finds nothing to do.
  await deliver(scope, [notice!.id])
  assert.equal(smtp.mails.length, before + 1)
})

test('whoever several rules and mailboxes name is told once, and the addresses of a rule are told as well', async () => {
  const { scope, mailbox, notices } = await clinic()
  const other = await createMailbox(services, scope, ACTOR, { name: 'Other', owner: 'x', notify: [DESK] })
  await createRoute(services, scope, ACTOR, {
    name: 'Coded',
    position: 1,
    conditions: { barcode: { startsWith: 'REF-' } },
    actions: { mailboxId: other.id },
  })
  await createRoute(services, scope, ACTOR, {
    name: 'All',
    conditions: {},
    actions: { priority: 'urgent', notify: [DESK.toUpperCase(), NURSE] },
  })
  const received = await receive(services, scope)
  assert.deepEqual((await notices()).map(({ to }) => to).sort(), [
    'd•••@clinic.example',
    'n•••@clinic.example',
  ])
  await services.store.asAccount(scope, (tx) => routeExamined(services, tx, received, ['REF-1']))
  const elsewhere = await listNotices(services, scope, other.id, { limit: 10 })
  assert.deepEqual(elsewhere.notices, [])
  // What is told is where the fax lies when the mail leaves.
  const [first, second] = await notices()
  await deliver(scope, [first!.id])
  assert.match(smtp.mails.at(-1)!.text, /^Subject: a fax came \(Other\)$/m)
  await services.store.asAccount(scope, (tx) =>
    tx.received.amend(received.id, { mailboxId: mailbox.id, priority: 'urgent' }),
  )
  await deliver(scope, [second!.id])
  assert.match(smtp.mails.at(-1)!.text, /^Subject: Urgent: a fax came \(Referrals\)$/m)
})

test('nobody is told of spam, nor of a call without a page', async () => {
  const { scope, notices } = await clinic()
  await receive(services, scope, { pages: 0, end: { disposition: 'no_fax_tone' } })
  const actions = { spam: { reason: 'advertising' } }
  await createRoute(services, scope, ACTOR, { name: 'Junk', conditions: { from: ['+1202*'] }, actions })
  await receive(services, scope)
  assert.deepEqual(await notices(), [])
})

test('a server that puts us off is asked again with growing waits, until the notice has visibly failed', async () => {
  const { scope, notices } = await clinic()
  const { id } = await receive(services, scope)
  smtp.answer = () => '451 4.3.0 not now'
  const waits: number[] = []
  for (;;) {
    const [notice] = await notices()
    if (notice?.status !== 'pending') break
    const due = notice.nextAttemptAt!.getTime()
    waits.push((due - services.clock.now()) / 60_000)
    services.clock.jumpTo(Math.max(due, services.clock.now()))
    await deliver(scope, [notice.id])
  }
  smtp.answer = () => undefined
  assert.deepEqual(waits, [0, 1, 5, 15, 60, 180, 360])
  const [failed] = await notices()
  assert.deepEqual([failed?.status, failed?.error, failed?.attemptCount], ['failed', 'deferred', 7])
  assert.deepEqual(
    (await listNotices(services, scope, failed!.mailboxId, { status: 'failed', limit: 10 })).notices,
    [failed],
  )
  const audit = await services.store.asAccount(scope, (tx) => tx.audit.list({ subjectId: id, limit: 20 }))
  assert.equal(audit.find(({ action }) => action === 'notice.failed')?.detail.error, 'deferred')
  assert.doesNotMatch(services.logText() + JSON.stringify(audit), /clinic\.example/)
})

test('an address the server refuses fails at once, and the others are told', async () => {
  const { scope, notices } = await clinic({ notify: [DESK, NURSE] })
  await receive(services, scope)
  smtp.answer = (address) => (address === DESK ? '550 5.1.1 no such user' : undefined)
  await deliver(
    scope,
    (await notices()).map(({ id }) => id),
  )
  smtp.answer = () => undefined
  const outcome = (await notices()).map(({ to, status, error }) => [to[0], status, error]).sort()
  assert.deepEqual(outcome, [
    ['d', 'failed', 'refused'],
    ['n', 'sent', null],
  ])
})

test('two workers at once send one mail', async () => {
  const { scope, notices } = await clinic({ notify: ['twice@clinic.example'] })
  await receive(services, scope)
  const [notice] = await notices()
  await Promise.all([1, 2, 3].map(() => sendNotice(services, scope, notice!.id)))
  assert.equal(mailsTo('twice@clinic.example').length, 1)
})

test('a worker that was taken for dead writes nothing over what the next one did', async () => {
  const { scope, notices } = await clinic()
  await receive(services, scope)
  const [notice] = await notices()
  const { promise: hanging, reject } = Promise.withResolvers<void>()
  const slow = sendNotice({ ...services, mailer: { send: () => hanging } }, scope, notice!.id)
  while ((await leaseOf(scope, notice!.id)) === undefined) await new Promise((done) => setTimeout(done, 5))
  await sendNotice(services, scope, notice!.id)
  assert.equal((await notices())[0]?.status, 'pending')
  services.clock.jumpTo(services.clock.now() + 91_000)
  await sendNotice(services, scope, notice!.id)
  const [sent] = await notices()
  assert.equal(sent?.status, 'sent')
  reject(new MailError('refused'))
  await slow
  assert.deepEqual(await notices(), [sent])
})

/** The fencing token, once somebody has claimed the notice. */
async function leaseOf(scope: Scope, id: string): Promise<number | undefined> {
  const rows = await services.store.asAccount(scope, (tx) => tx.notices.list({ limit: 50 }))
  return rows.find((row) => row.id === id)?.leaseToken || undefined
}

test('a notice whose job was lost is found by the sweep', async () => {
  const { scope, notices } = await clinic()
  await receive(services, scope)
  const [notice] = await notices()
  services.queue.waiting.length = 0
  services.clock.jumpTo(services.clock.now() + 10_000)
  await sweep(services)
  assert.ok(
    services.queue.waiting.some(({ name, subjectId }) => name === 'send-notice' && subjectId === notice!.id),
  )
})

test('an escalation is told to whom the mailbox names, and again only when the clock was started anew', async () => {
  const { scope, notices } = await clinic({
    notify: [],
    escalateTo: 'chief@clinic.example',
    normalMinutes: 30,
  })
  const { id, endedAt } = await receive(services, scope)
  const escalate = async (at: Date) => {
    await services.store.asAccount(scope, (tx) => tx.received.amend(id, { dueAt: at, escalatedAt: null }))
    services.clock.jumpTo(Math.max(at.getTime(), services.clock.now()))
    await sweep(services)
    await deliver(
      scope,
      (await notices()).map((each) => each.id),
    )
  }
  const first = new Date(endedAt!.getTime() + 30 * 60_000)
  await escalate(first)
  await escalate(first)
  assert.equal(mailsTo('chief@clinic.example').length, 1)
  assert.match(
    mailsTo('chief@clinic.example')[0]!.text,
    /^Nobody has taken up a fax in the mailbox Referrals\.$/m,
  )
  await escalate(new Date(first.getTime() + 60_000))
  assert.equal(mailsTo('chief@clinic.example').length, 2)
})

test('a fax that somebody took up while its mail waited is told of to nobody, and where it lies it shows', async () => {
  const { scope, notices } = await clinic({ notify: [], owner: 'late@clinic.example', normalMinutes: 30 })
  const { id } = await receive(services, scope)
  services.clock.jumpTo(services.clock.now() + 30 * 60_000)
  await sweep(services)
  await markReceived(services, scope, ACTOR, id, 'in_review')
  const [waiting] = await notices()
  await deliver(scope, [waiting!.id])
  assert.equal(mailsTo('late@clinic.example').length, 0)
  const [dropped] = await notices()
  assert.deepEqual([dropped?.status, dropped?.attemptCount, dropped?.error], ['dropped', 0, null])
})

test('without an address to escalate to, the owner of the mailbox is told', async () => {
  const { scope } = await clinic({ notify: [], owner: 'owner@clinic.example', normalMinutes: 30 })
  await receive(services, scope)
  services.clock.jumpTo(services.clock.now() + 30 * 60_000)
  await sweep(services)
  const waiting = services.queue.waiting.filter(
    ({ name, scope: each }) => name === 'send-notice' && each.accountId === scope.accountId,
  )
  await deliver(
    scope,
    waiting.map(({ subjectId }) => subjectId),
  )
  assert.equal(mailsTo('owner@clinic.example').length, 1)
})

test('whatever effect a crash hits, a notice is sent in the end', async () => {
  for (let at = 1; ; at += 1) {
    const to = `crash-${at}@clinic.example`
    const { scope, notices } = await clinic({ notify: [to] })
    await receive(services, scope)
    const [notice] = await notices()
    const plan = { count: 0, at }
    const crashed = await sendNotice(crashingServices(services, plan), scope, notice!.id).then(
      () => false,
      () => true,
    )
    services.clock.jumpTo(services.clock.now() + 5 * 60_000)
    await sendNotice(services, scope, notice!.id)
    assert.equal((await notices())[0]?.status, 'sent', `crash at effect ${at}`)
    // A worker that dies after the server's word leaves a copy, which its Message-ID tells.
    const ids = mailsTo(to).map(({ text }) => /^Message-ID: (.*)$/m.exec(text)?.[1])
    assert.ok(ids.length >= 1 && ids.length <= 2 && new Set(ids).size === 1)
    if (!crashed) break
  }
})

test('without a mail server nobody is told, no row pretends so, and a notice left from before fails visibly', async () => {
  const { scope, notices } = await clinic()
  const { mailer: _, ...mute } = services
  await receive(mute, scope)
  assert.deepEqual(await notices(), [])
  await receive(services, scope)
  const [notice] = await notices()
  await sendNotice(mute, scope, notice!.id)
  const [failed] = await notices()
  assert.deepEqual([failed?.status, failed?.error], ['failed', 'not_configured'])
})

test('a notice is there exactly when the end of the call is', async () => {
  const { scope, notices } = await clinic()
  const failing = {
    ...services,
    queue: Object.assign(Object.create(services.queue), {
      enqueue: () => Promise.reject(new Error('The database went away.')),
    }),
  }
  await assert.rejects(receive(failing, scope))
  assert.deepEqual(await notices(), [])
})
