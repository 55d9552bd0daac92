import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import pg from 'pg'
import { assignReceived } from '../../../src/application/inbox/assign-received.ts'
import { createMailbox } from '../../../src/application/inbox/mailboxes.ts'
import { getReceived } from '../../../src/application/inbox/read-received.ts'
import { applyRetention } from '../../../src/application/retention/apply-retention.ts'
import { listCertificates } from '../../../src/application/retention/certificates.ts'
import { createHold, releaseHold } from '../../../src/application/retention/legal-holds.ts'
import { changeRetention } from '../../../src/application/retention/retention-rules.ts'
import { shredFax } from '../../../src/application/retention/shred.ts'
import { getFax } from '../../../src/application/sending/get-fax.ts'
import { daysKept, type RetentionDays, type RetentionRules } from '../../../src/domain/retention/retention.ts'
import { BlobError } from '../../../src/ports/blobs.ts'
import type { Scope } from '../../../src/ports/store/scope.ts'
import { testDatabase } from '../../support/database.ts'
import { bytesOf, receiveDistinct } from '../../support/distinct-pages.ts'
import { sendTo } from '../../support/faxes.ts'
import { ACTOR, createTestServices } from '../../support/services.ts'

const database = await testDatabase()
const services = await createTestServices(database)
const owner = new pg.Pool({ ...database.owner, max: 2 })
after(async () => {
  await owner.end()
  await services.close()
})

const DAY_MS = 86_400_000

/** As if it had ended so many days ago. */
async function age(id: string, days: number): Promise<void> {
  const table = id.startsWith('fax') ? 'fax' : 'received_fax'
  const at = new Date(services.clock.now() - days * DAY_MS)
  await owner.query(`update ${table} set ended_at = $1 where id = $2`, [at, id])
}

const rules = (account: RetentionDays, departments: RetentionRules['departments'] = []) => ({
  account,
  departments,
})

async function stateOf(scope: Scope, id: string): Promise<'whole' | 'deleted' | 'shredded'> {
  const row = id.startsWith('fax')
    ? (await getFax(services, scope, id)).fax
    : (await getReceived(services, scope, id)).received
  if (row.shreddedAt !== null) return 'shredded'
  return row.contentDeletedAt === null ? 'whole' : 'deleted'
}

async function applyAll(): Promise<void> {
  while ((await applyRetention(services)).more);
}

const ageDays = fc.integer({ min: 1, max: 40 })
const days = fc.option(fc.integer({ min: 1, max: 40 }), { nil: undefined })
/** As rules must be: who it was from and to outlives the pages. */
const daysOfRules = fc
  .record({ sentContent: days, receivedContent: days, isForgotten: fc.boolean() })
  .map(({ sentContent, receivedContent, isForgotten }): RetentionDays => {
    const known = sentContent !== undefined && receivedContent !== undefined
    return {
      ...(sentContent === undefined ? {} : { sentContent }),
      ...(receivedContent === undefined ? {} : { receivedContent }),
      ...(known && isForgotten ? { metadata: Math.max(sentContent, receivedContent) + 3 } : {}),
    }
  })
const faxes = fc.array(
  fc.record({
    ageDays,
    place: fc.constantFrom('sent', 'inbox', 'laboratory'),
    held: fc.constantFrom('no', 'no', 'fax', 'mailbox'),
  }),
  { minLength: 2, maxLength: 5 },
)

test('nothing under a hold is ever destroyed, and what is over and not held is gone after the next run', async () => {
  await fc.assert(
    fc.asyncProperty(
      faxes,
      daysOfRules,
      fc.option(ageDays, { nil: undefined }),
      async (made, account, own) => {
        const scope = await services.addAccount()
        const laboratory = await createMailbox(services, scope, ACTOR, {
          ...{ name: 'Laboratory', owner: 'lab', department: 'Laboratory' },
        })
        const wanted = rules(account, [
          {
            department: 'Laboratory',
            ...(own === undefined ? {} : { receivedContent: own, metadata: null }),
          },
        ])
        const ids: string[] = []
        const holds: string[] = []
        const hold = async (kind: 'fax' | 'mailbox', target: string) => {
          holds.push((await createHold(services, scope, ACTOR, { kind, target, reason: 'Case' })).hold.id)
        }
        for (const { place, ageDays, held } of made) {
          const isSent = place === 'sent'
          const id = isSent
            ? (await sendTo(services, scope, 0, { allowDuplicate: true })).id
            : await receiveDistinct(services, scope, 1)
          if (isSent) await services.runFor(600_000)
          if (place === 'laboratory')
            await assignReceived(services, scope, ACTOR, id, { mailboxId: laboratory.id })
          await age(id, ageDays)
          ids.push(id)
          if (held === 'fax') await hold('fax', id)
        }
        const isLabHeld = made.some(({ held }) => held === 'mailbox')
        if (isLabHeld) await hold('mailbox', laboratory.id)
        await changeRetention(services, scope, ACTOR, wanted)
        const expected = (isReleased: boolean) =>
          made.map(({ place, ageDays, held }) => {
            const isHeld = held === 'fax' || (isLabHeld && place === 'laboratory')
            if (isHeld && !isReleased) return 'whole'
            const department = place === 'laboratory' ? 'Laboratory' : null
            const content = daysKept(wanted, place === 'sent' ? 'sentContent' : 'receivedContent', department)
            const metadata = daysKept(wanted, 'metadata', department)
            if (metadata !== null && ageDays >= metadata) return 'shredded'
            return content !== null && ageDays >= content ? 'deleted' : 'whole'
          })
        const states = () => Promise.all(ids.map((id) => stateOf(scope, id)))
        await applyAll()
        assert.deepEqual(await states(), expected(false))
        await applyAll()
        assert.deepEqual(await states(), expected(false))
        for (const id of holds) await releaseHold(services, scope, ACTOR, id)
        await applyAll()
        assert.deepEqual(await states(), expected(true))
      },
    ),
    { numRuns: 8 },
  )
})

test('deleted content leaves numbers and notes, and goes with a certificate', async () => {
  const scope = await services.addAccount()
  const { id } = await sendTo(services, scope, 0, {
    cover: { message: 'Secret words' },
    clientReference: 'order-1',
  })
  await services.runFor(600_000)
  await age(id, 31)
  await changeRetention(services, scope, ACTOR, rules({ sentContent: 30 }))
  await applyAll()
  const opened = await getFax(services, scope, id)
  assert.deepEqual([opened.to, opened.clientReference], ['+12025550100', 'order-1'])
  assert.ok(opened.fax.contentDeletedAt)
  const { certificates } = await listCertificates(services, scope, { limit: 10 })
  assert.deepEqual(
    certificates.map(({ reason, faxCount, documentCount }) => [reason, faxCount, documentCount]),
    [['retention', 1, 2]],
  )
  assert.doesNotMatch(certificates[0]!.note, /5550100|Secret/)
})

test('text that was read goes before the pages it was read on', async () => {
  const scope = await services.addAccount()
  const id = await receiveDistinct(services, scope, 1)
  services.pageReader.nextTexts.push('zebra referral')
  await services.runDue()
  await age(id, 8)
  await changeRetention(services, scope, ACTOR, rules({ text: 7, receivedContent: 30 }))
  await applyAll()
  const { received } = await getReceived(services, scope, id)
  assert.deepEqual([received.textState, received.textDocumentId], ['none', null])
  assert.equal((await bytesOf(services, scope, id)).length, 1)
})

test('rules that keep pages longer than who they are from are refused, and so is a department named twice', async () => {
  const scope = await services.addAccount()
  const refused = (wanted: RetentionRules, field: string) =>
    assert.rejects(changeRetention(services, scope, ACTOR, wanted), { code: 'request.invalid', field })
  await refused(rules({ metadata: 30 }), 'account.metadataDays')
  await refused(rules({ sentContent: 10, receivedContent: 31, metadata: 30 }), 'account.metadataDays')
  const kept = { sentContent: 1, receivedContent: 10, text: 5, metadata: 30 }
  await refused(rules(kept, [{ department: 'A', receivedContent: null }]), 'departments[0].metadataDays')
  await refused(rules(kept, [{ department: 'A' }, { department: 'A' }]), 'departments[1].department')
  await changeRetention(
    services,
    scope,
    ACTOR,
    rules(kept, [{ department: 'A', receivedContent: null, metadata: null }]),
  )
})

test('a hold that is made while faxes are destroyed waits for them, and nothing it covers goes afterwards', async () => {
  const scope = await services.addAccount()
  const ids: string[] = []
  for (let made = 0; made < 4; made += 1) ids.push(await receiveDistinct(services, scope, 1))
  const shreds = ids.map((id) => shredFax(services, scope, ACTOR, 'received', id))
  const settled = Promise.allSettled(shreds)
  await createHold(services, scope, ACTOR, { kind: 'account', target: null, reason: 'Case' })
  const seen = await Promise.all(ids.map((id) => stateOf(scope, id)))
  await settled
  assert.deepEqual(await Promise.all(ids.map((id) => stateOf(scope, id))), seen)
})

test('a blob that could not be deleted at once is deleted by the next run', async () => {
  const scope = await services.addAccount()
  const id = await receiveDistinct(services, scope, 1)
  const failing = {
    ...services,
    blobs: { ...services.blobs, delete: () => Promise.reject(new BlobError('not_found', 'no disk')) },
  }
  await assert.rejects(shredFax(failing, scope, ACTOR, 'received', id), { message: 'no disk' })
  const blobs = async () => {
    let count = 0
    for await (const _ of services.blobs.list(`documents/${scope.accountId}`)) count += 1
    return count
  }
  assert.equal(await blobs(), 1)
  await applyRetention(services)
  assert.equal(await blobs(), 0)
})
