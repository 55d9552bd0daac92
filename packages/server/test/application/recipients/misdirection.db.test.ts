import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { updateAccount } from '../../../src/application/account/update-account.ts'
import { createRecipient } from '../../../src/application/recipients/add-recipients.ts'
import { confirmRecipient } from '../../../src/application/recipients/confirm-recipient.ts'
import { changeIncident, openIncident, sendsOf } from '../../../src/application/recipients/incidents.ts'
import {
  changeRecipient,
  getRecipient,
  listRecipients,
} from '../../../src/application/recipients/recipients.ts'
import { releaseFax } from '../../../src/application/recipients/release-fax.ts'
import { verifyRecipient } from '../../../src/application/recipients/verify-recipient.ts'
import { cancelFax } from '../../../src/application/sending/cancel-fax.ts'
import { resendFax } from '../../../src/application/sending/resend-fax.ts'
import { Problem, type ProblemCode } from '../../../src/domain/problem/problem.ts'
import type { MisdirectionPolicy } from '../../../src/domain/recipients/misdirection.ts'
import type { Actor, Scope } from '../../../src/ports/store/scope.ts'
import { testDatabase } from '../../support/database.ts'
import { recordOf, sendTo } from '../../support/faxes.ts'
import { ACTOR, createTestServices } from '../../support/services.ts'

const DAY_MS = 86_400_000
const services = await createTestServices(await testDatabase())
after(() => services.close())

const GOOD = '+12025550100'
const OTHER: Actor = { kind: 'key', id: 'key_other', requestId: 'req_other' }

/** The live defaults, against the sandbox's machines. */
async function guarded(policy: Partial<MisdirectionPolicy> = {}): Promise<Scope> {
  const scope = await services.addAccount()
  const test = { firstSend: 'hold', nearMiss: 'block', identityGate: 'stop', ...policy } as const
  await updateAccount(services, scope, ACTOR, { misdirection: { test } })
  return scope
}

const add = (scope: Scope, number: string, more: { attested?: boolean; identities?: string[] } = {}) =>
  createRecipient(services, scope, ACTOR, { number, name: 'Clinic Okapi', attested: true, ...more })

const stateOf = async (scope: Scope, id: string) => {
  const { recipient } = await getRecipient(services, scope, id)
  return [recipient.row.state, recipient.row.suspendedWhy]
}

const refused = (code: ProblemCode) => (error: unknown) => error instanceof Problem && error.code === code

test('a first fax waits until a person has typed its number, and the next ones go by themselves', async () => {
  const scope = await guarded()
  const { id, hold } = await sendTo(services, scope, 0)
  assert.equal(hold, 'first_send')
  await services.runFor(3_600_000)
  const before = await recordOf(services, scope, id)
  assert.deepEqual(
    [before.fax.status, before.fax.holdReason, before.attempts.length],
    ['queued', 'first_send', 0],
  )
  await assert.rejects(
    releaseFax(services, scope, ACTOR, id, '+12025550101'),
    refused('fax.confirm_mismatch'),
  )
  await releaseFax(services, scope, ACTOR, id, '(202) 555-0100')
  await services.runFor(60_000)
  const { fax, events, audit } = await recordOf(services, scope, id)
  assert.equal(fax.status, 'delivered')
  assert.deepEqual(
    events.slice(0, 3).map(({ type }) => type),
    ['fax.queued', 'fax.held', 'fax.released'],
  )
  assert.ok(audit.includes('fax.held') && audit.includes('fax.released'))
  await assert.rejects(releaseFax(services, scope, ACTOR, id, GOOD), refused('fax.not_held'))
  const next = await sendTo(services, scope, 0)
  assert.equal(next.hold, undefined)
})

test('a fax that nobody looks at expires, and one that waits can be canceled', async () => {
  const scope = await guarded()
  const forgotten = await sendTo(services, scope, 0)
  const canceled = await sendTo(services, scope, 26)
  await cancelFax(services, scope, ACTOR, canceled.id)
  await services.runFor(2 * DAY_MS)
  assert.equal((await recordOf(services, scope, forgotten.id)).fax.status, 'expired')
  assert.equal((await recordOf(services, scope, canceled.id)).fax.status, 'canceled')
})

test('where two people are asked for, whoever sent the fax does not release it', async () => {
  const scope = await guarded({ fourEyes: true })
  const { id } = await sendTo(services, scope, 0)
  await assert.rejects(releaseFax(services, scope, ACTOR, id, GOOD), refused('fax.four_eyes'))
  await releaseFax(services, scope, OTHER, id, GOOD)
  await assert.rejects(add(scope, '+12025550126'), refused('recipient.four_eyes'))
  const { recipient } = await add(scope, '+12025550126', { attested: false })
  const confirm = (actor: Actor) =>
    confirmRecipient(services, scope, actor, recipient.row.id, { number: '+12025550126' })
  await assert.rejects(confirm(ACTOR), refused('recipient.four_eyes'))
  assert.equal((await confirm(OTHER)).recipient.row.state, 'confirmed')
})

test('a slip away from a confirmed number is refused and named, unless it is meant', async () => {
  const scope = await guarded()
  const { recipient } = await add(scope, '+12025550120')
  // One digit another; two swapped.
  for (const code of [26, 2, 10]) {
    await assert.rejects(sendTo(services, scope, code), (error: unknown) => {
      assert.ok(error instanceof Problem)
      assert.equal(error.code, 'fax.near_miss')
      assert.match(error.detail ?? '', new RegExp(recipient.row.id))
      assert.doesNotMatch(error.detail ?? '', /5550/)
      return true
    })
  }
  const meant = await sendTo(services, scope, 26, { allowNearMiss: true })
  const { fax } = await recordOf(services, scope, meant.id)
  assert.deepEqual([fax.holdReason, fax.holdNeighbours], ['near_miss', [recipient.row.id]])
  // Once it stands in the directory it is no slip any more.
  await add(scope, '+12025550121', { attested: false })
  const entered = await sendTo(services, scope, 21)
  const held = (await recordOf(services, scope, entered.id)).fax
  assert.deepEqual([held.holdReason, held.holdNeighbours], ['not_confirmed', [recipient.row.id]])
  assert.equal((await sendTo(services, scope, 33)).hold, 'first_send')
})

test('a near miss may be held instead, and with the policy off nothing is looked at', async () => {
  const holding = await guarded({ firstSend: 'allow', nearMiss: 'hold' })
  await add(holding, '+12025550120')
  assert.equal((await sendTo(services, holding, 26)).hold, 'near_miss')
  assert.equal((await sendTo(services, holding, 44)).hold, undefined)
  const open = await services.addAccount()
  await add(open, '+12025550120')
  assert.equal((await sendTo(services, open, 26)).hold, undefined)
})

test('a confirmation ends a year after the last delivery', async () => {
  const scope = await guarded()
  const { recipient } = await add(scope, GOOD)
  const later = (days: number) =>
    services.store.asAccount(scope, (tx) => tx.accounts.advanceTestClock(days * DAY_MS))
  await later(300)
  await sendTo(services, scope, 0)
  await services.runFor(60_000)
  await later(300)
  assert.equal((await sendTo(services, scope, 0)).hold, undefined)
  await services.runFor(60_000)
  await later(367)
  assert.equal((await sendTo(services, scope, 0)).hold, 'expired')
  assert.equal(recipient.row.state, 'confirmed')
})

test('two answers by a person suspend a number, whatever the policy says of first faxes', async () => {
  const scope = await services.addAccount()
  const { recipient } = await add(scope, '+12025550135')
  const { id } = await sendTo(services, scope, 35)
  await services.runFor(3_600_000)
  assert.equal((await recordOf(services, scope, id)).fax.disposition, 'no_fax_tone')
  assert.deepEqual(await stateOf(scope, recipient.row.id), ['suspended', 'voice_answered'])
  const next = await sendTo(services, scope, 35)
  await services.runDue()
  const { fax, attempts } = await recordOf(services, scope, next.id)
  assert.deepEqual([fax.status, fax.holdReason, attempts.length], ['queued', 'suspended', 0])
  await assert.rejects(
    releaseFax(services, scope, ACTOR, next.id, '+12025550135'),
    refused('recipient.suspended'),
  )
  await confirmRecipient(services, scope, ACTOR, recipient.row.id, { number: '+12025550135' })
  assert.equal((await releaseFax(services, scope, ACTOR, next.id, '+12025550135')).holdReason, null)
})

test('a machine that calls itself otherwise than before gets no page, and its number is suspended', async () => {
  for (const [code, area, known] of [
    [30, 202, '+1 202 555 0130'],
    [31, 415, '4155550131'],
  ] as const) {
    const scope = await guarded()
    const number = `+1${area}55501${code}`
    // 30 calls itself +1 202 555 0199, 31 begins with +1 202 555 0131, wherever it is dialled.
    const { recipient } = await add(scope, number, { identities: [code === 30 ? '2025550177' : known] })
    const { id } = await sendTo(services, scope, code, { area, pages: 2 })
    await services.runFor(DAY_MS)
    const { fax, attempts, journals } = await recordOf(services, scope, id)
    assert.deepEqual([fax.status, fax.code], ['failed', 'fax.identity_refused'])
    assert.deepEqual(journals, ['1: dialing connected'])
    assert.deepEqual([attempts[0]!.t30Result, attempts[0]!.dataExchanged], ['identity_refused', 'none'])
    assert.deepEqual(await stateOf(scope, recipient.row.id), ['suspended', 'identity_changed'])
    assert.equal((await resendFax(services, scope, ACTOR, id, {})).hold, 'suspended')
    // A person who confirms it now stands by what was heard.
    await confirmRecipient(services, scope, ACTOR, recipient.row.id, { number })
    const again = await sendTo(services, scope, code, { area })
    await services.runFor(60_000)
    assert.equal((await recordOf(services, scope, again.id)).fax.status, 'delivered')
  }
})

test('what a machine calls itself is learnt from its first delivery, and one that says nothing is let through', async () => {
  const scope = await guarded()
  const { recipient } = await add(scope, '+12025550130')
  await sendTo(services, scope, 30)
  await services.runFor(60_000)
  const learnt = await getRecipient(services, scope, recipient.row.id)
  assert.deepEqual(
    learnt.recipient.identities.map(({ name, accepted }) => [name, accepted]),
    [['+1 202 555 0199', true]],
  )
  const { id } = await sendTo(services, scope, 30)
  await services.runFor(60_000)
  assert.equal((await recordOf(services, scope, id)).fax.status, 'delivered')
})

test('a policy that only suspends lets the fax go on, and the next one waits', async () => {
  const scope = await guarded({ identityGate: 'suspend' })
  const { recipient } = await add(scope, '+12025550130', { identities: ['2025550177'] })
  const { id } = await sendTo(services, scope, 30)
  await services.runFor(60_000)
  assert.equal((await recordOf(services, scope, id)).fax.status, 'delivered')
  assert.deepEqual(await stateOf(scope, recipient.row.id), ['suspended', 'identity_changed'])
})

/** The code is nowhere but on the page, so the test reads it off the cover of the fax. */
async function codeOf(scope: Scope, faxId: string): Promise<string> {
  const message = await services.store.asAccount(scope, async (tx) => {
    const account = await tx.accounts.get()
    const keys = await services.keyring.account(account.id, account.wrappedKey)
    const fax = (await tx.faxes.get(faxId))!
    const place = { table: 'fax', column: 'details_sealed', row: faxId }
    return JSON.parse(keys.openText(place, fax.detailsSealed)).cover.message as string
  })
  return /Code: (\d{6})/.exec(message)![1]!
}

test('a test fax goes out to a number that nobody confirmed, and its code confirms it once', async () => {
  const scope = await guarded()
  const { recipient } = await add(scope, GOOD, { attested: false })
  const { id } = recipient.row
  const first = await verifyRecipient(services, scope, ACTOR, id)
  const second = await verifyRecipient(services, scope, ACTOR, id)
  await services.runFor(120_000)
  const { fax } = await recordOf(services, scope, second.id)
  assert.deepEqual([fax.status, fax.pageCount, fax.resendOf], ['delivered', 1, null])
  assert.deepEqual(await stateOf(scope, id), ['pending', null])
  const stale = await codeOf(scope, first.id)
  const code = await codeOf(scope, second.id)
  const prove = (given: string) => confirmRecipient(services, scope, ACTOR, id, { code: given })
  if (stale !== code) await assert.rejects(prove(stale), refused('recipient.code_wrong'))
  assert.deepEqual((await prove(code)).recipient.row.confirmedHow, 'test_fax')
  await assert.rejects(prove(code), refused('recipient.code_gone'))
})

test('a code is good for five tries and seven days', async () => {
  const scope = await guarded()
  const { recipient } = await add(scope, GOOD, { attested: false })
  const { id } = recipient.row
  const prove = (code: string) => confirmRecipient(services, scope, ACTOR, id, { code })
  const code = await codeOf(scope, (await verifyRecipient(services, scope, ACTOR, id)).id)
  const wrong = code === '000000' ? '000001' : '000000'
  for (let i = 0; i < 5; i++) await assert.rejects(prove(wrong), refused('recipient.code_wrong'))
  await assert.rejects(prove(code), refused('recipient.code_gone'))
  const late = await codeOf(scope, (await verifyRecipient(services, scope, ACTOR, id)).id)
  await services.store.asAccount(scope, (tx) => tx.accounts.advanceTestClock(7 * DAY_MS))
  await assert.rejects(prove(late), refused('recipient.code_gone'))
})

test('a test fax is not stopped by who answers: its code shows whether the new machine is the right one', async () => {
  const scope = await guarded()
  const { recipient } = await add(scope, '+12025550130', { identities: ['2025550177'] })
  const { id } = await verifyRecipient(services, scope, ACTOR, recipient.row.id)
  await services.runFor(60_000)
  assert.equal((await recordOf(services, scope, id)).fax.status, 'delivered')
  assert.deepEqual(await stateOf(scope, recipient.row.id), ['suspended', 'identity_changed'])
  const code = await codeOf(scope, id)
  await confirmRecipient(services, scope, ACTOR, recipient.row.id, { code })
  const next = await sendTo(services, scope, 30)
  await services.runFor(60_000)
  assert.equal((await recordOf(services, scope, next.id)).fax.status, 'delivered')
})

test('a test fax goes to a suspended number, which nothing else does', async () => {
  const scope = await guarded()
  const { recipient } = await add(scope, GOOD)
  await changeRecipient(services, scope, ACTOR, recipient.row.id, { suspended: true })
  const { id } = await verifyRecipient(services, scope, ACTOR, recipient.row.id)
  assert.equal((await sendTo(services, scope, 0)).hold, 'suspended')
  await services.runFor(60_000)
  assert.equal((await recordOf(services, scope, id)).fax.status, 'delivered')
  assert.deepEqual(await stateOf(scope, recipient.row.id), ['suspended', 'by_person'])
})

test('an incident freezes its number, stops what is on its way, and lists all that went there', async () => {
  const scope = await services.addAccount()
  const sent = await sendTo(services, scope, 0)
  await services.runFor(60_000)
  const sendAt = new Date(services.clock.now() + DAY_MS)
  const scheduled = await sendTo(services, scope, 0, { sendAt })
  const elsewhere = await sendTo(services, scope, 0, { area: 415, sendAt })
  const report = { faxId: sent.id, note: 'Test Patient Zebra went to a shop' }
  const incident = await openIncident(services, scope, ACTOR, report)
  await assert.rejects(openIncident(services, scope, ACTOR, report), refused('incident.exists'))
  const held = (await recordOf(services, scope, scheduled.id)).fax
  assert.deepEqual([held.status, held.holdReason], ['scheduled', 'suspended'])
  assert.equal((await recordOf(services, scope, elsewhere.id)).fax.holdReason, null)
  const sends = await sendsOf(services, scope, incident)
  assert.deepEqual(
    sends.map(({ id }) => id),
    [sent.id, scheduled.id],
  )
  const { recipients } = await listRecipients(services, scope, { limit: 10 })
  assert.deepEqual(
    recipients.map(({ recipient }) => recipient.row.suspendedWhy),
    ['misdirected'],
  )
  const proof = { number: GOOD }
  const again = () => confirmRecipient(services, scope, ACTOR, incident.row.recipientId, proof)
  await assert.rejects(again(), refused('recipient.frozen'))
  const { id } = incident.row
  const finding = { risk: 'low', finding: 'Shredded, as they wrote' } as const
  const factors = { nature: finding, recipient: finding, acquired: finding }
  await changeIncident(services, scope, ACTOR, id, { worksheet: factors })
  await assert.rejects(
    changeIncident(services, scope, ACTOR, id, { outcome: 'low_probability' }),
    refused('incident.not_assessed'),
  )
  const closed = await changeIncident(services, scope, ACTOR, id, {
    worksheet: { mitigated: finding },
    outcome: 'low_probability',
  })
  assert.equal(closed.row.outcome, 'low_probability')
  assert.equal((await again()).recipient.row.state, 'confirmed')
})

test('a call to the number that is up when an incident is reported is hung up', async () => {
  const scope = await services.addAccount()
  const first = await sendTo(services, scope, 7)
  await services.runFor(600_000)
  const { id } = await sendTo(services, scope, 7, { pages: 20 })
  const running = services.runFor(600_000)
  while ((await recordOf(services, scope, id)).fax.status !== 'sending') {
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  await openIncident(services, scope, ACTOR, { faxId: first.id, note: 'Wrong place' })
  await running
  assert.match((await recordOf(services, scope, id)).fax.status, /^(canceled|partially_delivered)$/)
})
