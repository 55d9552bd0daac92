import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { addAgreement } from '../../../src/application/associates/agreements.ts'
import { changeAssociate } from '../../../src/application/associates/associates.ts'
import { createWebhook } from '../../../src/application/webhooks/create-webhook.ts'
import { type Mail, MailError } from '../../../src/ports/mailer.ts'
import type { Scope } from '../../../src/ports/store/scope.ts'
import { addAssociate, agreementFrom, cover, inDays } from '../../support/associates.ts'
import { testDatabase } from '../../support/database.ts'
import { sweepAndSend } from '../../support/notices.ts'
import { addPerson } from '../../support/people.ts'
import { ACTOR, createTestServices, TEST_POLICY } from '../../support/services.ts'

const DAY_MS = 86_400_000
const mails: Mail[] = []
let failing = false
/** Whom the mail server does not take. */
let refused: string | undefined
const mailer = {
  async send(mail: Mail) {
    if (failing || mail.to === refused) throw new MailError('connect')
    mails.push(mail)
  },
}
const services = await createTestServices(await testDatabase(), {
  mailer,
  httpOut: { request: () => Promise.reject(new Error('Nothing is posted.')), check: async () => undefined },
  policy: { ...TEST_POLICY, baaGate: 'enforce', publicUrl: 'https://fax.clinic.example' },
})
after(() => services.close())
beforeEach(() => {
  mails.length = 0
  failing = false
  refused = undefined
})

async function liveAccount(): Promise<Scope> {
  return { ...(await services.addAccount()), mode: 'live' }
}

/** A sweep on each of the next so many days. */
async function passDays(days: number): Promise<void> {
  for (let day = 0; day < days; day += 1) {
    services.clock.jumpTo(services.clock.now() + DAY_MS)
    await sweepAndSend(services)
  }
}

async function told(scope: Scope, associateId: string) {
  const entries = await services.store.asAccount(scope, (tx) =>
    tx.audit.list({ subjectId: associateId, limit: 100 }),
  )
  return entries.filter(({ action }) => action === 'associate.expiring').map(({ detail }) => detail)
}

test('sixty, thirty and seven days before an agreement ends, and when it has, somebody is told once each', async () => {
  const scope = await liveAccount()
  const hook = { url: 'https://hooks.example/', dialect: 'native', eventTypes: [] } as const
  const { webhook } = await createWebhook(services, scope, ACTOR, hook)
  const associateId = await cover(services, scope, {}, { expiresOn: inDays(services, 62) })
  await sweepAndSend(services)
  assert.deepEqual(await told(scope, associateId), [])
  await passDays(66)
  assert.deepEqual(
    (await told(scope, associateId)).map(({ associateId: id, daysLeft }) => [id, daysLeft]),
    [
      [associateId, 60],
      [associateId, 30],
      [associateId, 7],
      [associateId, -1],
    ],
  )
  assert.deepEqual(
    mails.map(({ to, subject }) => [to, subject]),
    [
      ['privacy@clinic.example', 'The agreement with Example Telecom ends in 60 days'],
      ['privacy@clinic.example', 'The agreement with Example Telecom ends in 30 days'],
      ['privacy@clinic.example', 'The agreement with Example Telecom ends in 7 days'],
      ['privacy@clinic.example', 'The agreement with Example Telecom has ended'],
    ],
  )
  assert.match(mails[0]!.text, /https:\/\/fax\.clinic\.example\/v2\/associates\/asc_\w+\/agreements/)
  const events = await services.store.asAccount(scope, async (tx) => {
    const deliveries = await tx.webhooks.listDeliveries(webhook.id, undefined, 50)
    return Promise.all(deliveries.map(({ eventId }) => tx.events.get(eventId)))
  })
  const days = events.map((event) => [event?.type, event?.data.daysLeft])
  assert.deepEqual(
    days.reverse(),
    [60, 30, 7, -1].map((left) => ['associate.expiring', left]),
  )
})

test('a renewal in time ends the warnings, and its own end begins them anew', async () => {
  const scope = await liveAccount()
  const associateId = await cover(services, scope, {}, { expiresOn: inDays(services, 40) })
  await sweepAndSend(services)
  assert.deepEqual(
    (await told(scope, associateId)).map(({ daysLeft }) => daysLeft),
    [40],
  )
  const renewal = { effectiveOn: inDays(services, 41), expiresOn: inDays(services, 120) }
  await addAgreement(services, scope, ACTOR, associateId, agreementFrom(services, renewal))
  await passDays(59)
  assert.equal((await told(scope, associateId)).length, 1)
  await passDays(2)
  assert.deepEqual(
    (await told(scope, associateId)).map(({ daysLeft }) => daysLeft),
    [40, 60],
  )
})

test('an exception that ends is told like an agreement, and who was never covered is not', async () => {
  const scope = await liveAccount()
  const associateId = await addAssociate(services, scope)
  await sweepAndSend(services)
  assert.deepEqual(await told(scope, associateId), [])
  const exception = { reason: 'A conduit', until: inDays(services, 5) }
  await changeAssociate(services, scope, ACTOR, associateId, { exception })
  await sweepAndSend(services)
  assert.deepEqual(
    (await told(scope, associateId)).map(({ daysLeft }) => daysLeft),
    [5],
  )
})

test('a mail that is not taken is tried again, and the event is told once all the same', async () => {
  const scope = await liveAccount()
  const associateId = await cover(services, scope, {}, { expiresOn: inDays(services, 7) })
  failing = true
  await sweepAndSend(services)
  assert.equal(mails.length, 0)
  failing = false
  await sweepAndSend(services)
  assert.equal(mails.length, 0)
  services.clock.jumpTo(services.clock.now() + 16 * 60_000)
  await sweepAndSend(services)
  services.clock.jumpTo(services.clock.now() + 7 * 3_600_000)
  await sweepAndSend(services)
  assert.equal(mails.length, 1)
  assert.equal((await told(scope, associateId)).length, 1)
})

test('a contact whose mail is refused keeps no owner waiting, and has none mailed twice', async () => {
  const scope = await liveAccount()
  const owner = await addPerson({ services }, scope, 'owner')
  refused = 'gone@clinic.example'
  const associateId = await cover(services, scope, {}, { expiresOn: inDays(services, 7) })
  await changeAssociate(services, scope, ACTOR, associateId, { contact: refused })
  for (let time = 0; time < 4; time += 1) {
    await sweepAndSend(services)
    services.clock.jumpTo(services.clock.now() + 16 * 60_000)
  }
  assert.deepEqual(
    mails.map(({ to }) => to),
    [owner.email],
  )
  refused = undefined
  await sweepAndSend(services)
  services.clock.jumpTo(services.clock.now() + 7 * 3_600_000)
  await sweepAndSend(services)
  assert.deepEqual(
    mails.map(({ to }) => to),
    [owner.email, 'gone@clinic.example'],
  )
  assert.equal(new Set(mails.map(({ id }) => id)).size, 2)
})
