import assert from 'node:assert/strict'
import { verify } from 'node:crypto'
import { after, test } from 'node:test'
import pg from 'pg'
import { closeAccount } from '../../../src/application/account/close-account.ts'
import { authenticate } from '../../../src/application/api-keys/authenticate.ts'
import { createApiKey } from '../../../src/application/api-keys/create-api-key.ts'
import { leavesFor } from '../../../src/application/audit/export-audit.ts'
import { sequenceAudit } from '../../../src/application/audit/sequence-audit.ts'
import { auditKey } from '../../../src/application/audit/sign-checkpoint.ts'
import { stageDocument } from '../../../src/application/documents/intake-document.ts'
import { forwardReceived } from '../../../src/application/inbox/forward-received.ts'
import { linkReceived } from '../../../src/application/inbox/link-received.ts'
import { listReceived } from '../../../src/application/inbox/list-received.ts'
import { noteReceived } from '../../../src/application/inbox/note-received.ts'
import { getReceived, readReceivedPages } from '../../../src/application/inbox/read-received.ts'
import { splitReceived } from '../../../src/application/inbox/split-received.ts'
import { keepKeyring } from '../../../src/application/keyring/keep-keyring.ts'
import { applyRetention } from '../../../src/application/retention/apply-retention.ts'
import { createHold, releaseHold } from '../../../src/application/retention/legal-holds.ts'
import { shredFax, shredFaxes, shredPatient } from '../../../src/application/retention/shred.ts'
import { cancelFax } from '../../../src/application/sending/cancel-fax.ts'
import { getFax } from '../../../src/application/sending/get-fax.ts'
import { readFaxPages } from '../../../src/application/sending/read-fax-pages.ts'
import { resendFax } from '../../../src/application/sending/resend-fax.ts'
import { sendFax } from '../../../src/application/sending/send-fax.ts'
import { sweep } from '../../../src/application/upkeep/sweep.ts'
import { leafBytes } from '../../../src/domain/audit/audit-leaf.ts'
import { hashLeaf } from '../../../src/domain/audit/audit-tree.ts'
import type { Scope } from '../../../src/ports/store/scope.ts'
import { testDatabase } from '../../support/database.ts'
import { bytesOf, CALLED, receiveDistinct } from '../../support/distinct-pages.ts'
import { sendTo } from '../../support/faxes.ts'
import { markedPdf } from '../../support/marked-pages.ts'
import { openParties, partiesPlace } from '../../support/open-parties.ts'
import { ACTOR, createTestServices } from '../../support/services.ts'

const database = await testDatabase()
const services = await createTestServices(database)
const owner = new pg.Pool({ ...database.owner, max: 2 })
after(async () => {
  await owner.end()
  await services.close()
})

/** The statement of a certificate, its signature checked with the audit log's public key. */
async function statementOf(note: string) {
  const at = note.indexOf('\n\n')
  const text = note.slice(0, at + 1)
  const signature = Buffer.from(note.slice(at).trim().split(' ')[2]!, 'base64').subarray(4)
  const { publicKey } = await auditKey(services)
  const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), publicKey])
  assert.ok(verify(null, Buffer.from(text), { key: spki, format: 'der', type: 'spki' }, signature))
  return JSON.parse(text)
}

const blobCount = async (scope: Scope) => {
  const keys: string[] = []
  for await (const blob of services.blobs.list(`documents/${scope.accountId}`)) keys.push(blob.key)
  return keys.length
}

async function delivered(scope: Scope, code = 0): Promise<string> {
  const { id } = await sendTo(services, scope, code, {
    cover: { subject: 'Referral', toName: 'Test Patient Zebra', message: 'Secret words' },
    tags: ['zebra'],
    clientReference: 'order-1',
  })
  await services.runFor(3_600_000)
  return id
}

const entriesOf = (scope: Scope, subjectId: string) =>
  services.store.asAccount(scope, (tx) => tx.audit.list({ subjectId, limit: 100 }))

test('a shredded fax keeps ids, statuses, counts and times, and nothing of what it was', async () => {
  const scope = await services.addAccount()
  const id = await delivered(scope)
  const before = await getFax(services, scope, id)
  const entries = await entriesOf(scope, id)
  const sealed = entries.map(({ partiesSealed }) => partiesSealed).filter((each) => each !== null)
  const keys = await services.keyring.account(
    scope.accountId,
    (await services.store.asAccount(scope, (tx) => tx.accounts.get())).wrappedKey,
  )
  assert.ok(sealed.length >= 4)
  for (const each of sealed) assert.equal(openParties(keys, id, each, before.fax.toSealed).to, before.to)

  const shown = await shredFax(services, scope, ACTOR, 'sent', id)

  const after = await getFax(services, scope, id)
  assert.deepEqual([after.to, after.from, after.clientReference, after.fax.tags], ['', null, null, []])
  for (const field of [
    'id',
    'jobId',
    'status',
    'pageCount',
    'pagesConfirmed',
    'createdAt',
    'endedAt',
  ] as const) {
    assert.deepEqual(after.fax[field], before.fax[field], field)
  }
  assert.ok(after.fax.shreddedAt && after.fax.contentDeletedAt)
  await assert.rejects(readFaxPages(services, scope, ACTOR, id), { code: 'fax.content_deleted' })
  await assert.rejects(resendFax(services, scope, ACTOR, id, { allowDuplicate: true }), {
    code: 'fax.content_deleted',
  })
  await assert.rejects(shredFax(services, scope, ACTOR, 'sent', id), { code: 'fax.content_deleted' })
  assert.equal(await blobCount(scope), 0)
  const { rows } = await owner.query('select * from document where account_id = $1', [scope.accountId])
  assert.equal(rows.length, 2)
  for (const row of rows) assert.equal(row.wrapped_key.length + row.details_sealed.length, 0)
  const { rows: attempts } = await owner.query('select * from attempt where fax_id = $1', [id])
  assert.deepEqual([attempts[0].remote_id_sealed, attempts[0].timeline_sealed], [null, null])

  // The audit cannot forget, so what it holds must not open: the account's key alone is no longer enough.
  for (const each of sealed) {
    assert.throws(() => openParties(keys, id, each, after.fax.toSealed), { code: 'tampered' })
    assert.throws(() => keys.openText(partiesPlace(id), each), {
      code: 'tampered',
    })
  }
  const statement = await statementOf(shown.certificate.note)
  assert.equal(statement.statement, 'answerback-destruction/1')
  assert.deepEqual(
    [statement.id, statement.by.id, statement.reason],
    [shown.certificate.id, ACTOR.id, 'request'],
  )
  assert.deepEqual(
    statement.faxes[0].documents.map(({ id }: { id: string }) => id).sort(),
    rows.map((row) => row.id).sort(),
  )
  const last = (await entriesOf(scope, id)).at(-1)!
  assert.deepEqual(
    [last.action, Number(last.position)],
    ['content.destroyed', statement.faxes[0].auditPosition],
  )
})

test('after a shred the audit still verifies', async () => {
  const scope = await services.addAccount()
  const id = await delivered(scope)
  await shredFax(services, scope, ACTOR, 'sent', id)
  await services.settle()
  await sequenceAudit(services)
  const leaves = await leavesFor(services, scope, 0, 1_000_000)
  const own = leaves.filter((leaf) => leaf.own?.entry?.subjectId === id)
  assert.ok(own.length >= 5)
  for (const leaf of own)
    assert.deepEqual(hashLeaf(leafBytes(leaf.own!.entry!, leaf.own!.previous)), leaf.hash)
})

test('a shredded received fax has no words, notes, barcodes, patient or numbers left', async () => {
  const scope = await services.addAccount()
  const id = await receiveDistinct(services, scope, 2)
  services.pageReader.nextBarcodes.push([{ format: 'QRCode', text: 'zebra' } as never])
  services.pageReader.nextTexts.push('zebra referral', 'second page')
  await services.runDue()
  await noteReceived(services, scope, ACTOR, id, 'A note on Zebra')
  await linkReceived(services, scope, ACTOR, id, { patient: { id: 'zebra-1' } })
  assert.equal((await listReceived(services, scope, ACTOR, { q: 'zebra', limit: 5 })).received.length, 1)

  const { certificate } = await shredFax(services, scope, ACTOR, 'received', id)

  const detail = await getReceived(services, scope, id)
  assert.deepEqual([detail.to, detail.from, detail.patient, detail.noteCount], ['', null, null, 0])
  assert.deepEqual([detail.received.pageCount, detail.pages.length], [2, 2])
  assert.deepEqual(
    detail.pages.flatMap(({ barcodes }) => barcodes),
    [],
  )
  assert.equal((await listReceived(services, scope, ACTOR, { q: 'zebra', limit: 5 })).received.length, 0)
  await assert.rejects(readReceivedPages(services, scope, ACTOR, id), { code: 'inbound.content_deleted' })
  await assert.rejects(splitReceived(services, scope, ACTOR, id, ['1', '2']), {
    code: 'inbound.content_deleted',
  })
  await assert.rejects(forwardReceived(services, scope, ACTOR, id, { to: '+12025550100' }), {
    code: 'inbound.content_deleted',
  })
  assert.equal(await blobCount(scope), 0)
  const [fax] = (await statementOf(certificate.note)).faxes
  assert.deepEqual([fax.notes, fax.documents.length], [1, 3])
})

test('a document goes with the last fax that uses it', async () => {
  const scope = await services.addAccount()
  const first = await delivered(scope, 1)
  const { id: second } = await resendFax(services, scope, ACTOR, first, { allowDuplicate: true })
  await services.runFor(3_600_000)
  const one = await statementOf((await shredFax(services, scope, ACTOR, 'sent', first)).certificate.note)
  assert.equal(one.faxes[0].documents.length, 0)
  assert.deepEqual(
    one.faxes[0].kept.map(({ usedBy }: { usedBy: string[] }) => usedBy),
    [[second], [second]],
  )
  assert.equal((await readFaxPages(services, scope, ACTOR, second)).length > 0, true)
  await shredFax(services, scope, ACTOR, 'sent', second)
  assert.equal(await blobCount(scope), 0)

  const whole = await receiveDistinct(services, scope, 2)
  const parts = await splitReceived(services, scope, ACTOR, whole, ['1', '2'])
  const [a, b] = parts.map(({ received }) => received.id)
  await shredFax(services, scope, ACTOR, 'received', whole)
  assert.equal((await bytesOf(services, scope, a!)).length, 1)
  await shredFaxes(services, scope, ACTOR, [a!, b!])
  assert.equal(await blobCount(scope), 0)
})

test('one upload that two faxes were made of stays for the other', async () => {
  const scope = await services.addAccount()
  const staged = await stageDocument(services, scope, markedPdf(1, 'Test Patient Zebra'), {
    field: 'documents[0]',
  })
  await services.store.asAccount(scope, (tx) =>
    tx.documents.insert({ ...staged.row, expiresAt: new Date(services.clock.now() + 86_400_000) }),
  )
  const documents = [{ kind: 'upload', documentId: staged.row.id }] as const
  const send = (to: string) => sendFax(services, scope, ACTOR, { to, documents })
  const first = await send('+12025550100')
  const second = await send('+13035550100')
  await services.runFor(3_600_000)
  await shredFax(services, scope, ACTOR, 'sent', first.id)
  assert.equal((await send('+14045550100')).status, 'queued')
  await services.runFor(3_600_000)
  await shredFax(services, scope, ACTOR, 'sent', second.id)
  await shredFaxes(services, scope, ACTOR, await sentIds(scope))
  await assert.rejects(send('+15055550100'), { code: 'document.not_found' })
})

const sentIds = async (scope: Scope) =>
  (await owner.query('select id from fax where account_id = $1', [scope.accountId])).rows.map(({ id }) => id)

test('what is still going on is not shredded', async () => {
  const scope = await services.addAccount()
  const { id } = await sendTo(services, scope, 0, { sendAt: new Date(services.clock.now() + 3_600_000) })
  await assert.rejects(shredFax(services, scope, ACTOR, 'sent', id), { code: 'fax.not_ended' })
  await assert.rejects(shredFax(services, scope, ACTOR, 'received', id), { code: 'inbound.not_found' })
  await assert.rejects(shredFax(services, await services.addAccount(), ACTOR, 'sent', id), {
    code: 'fax.not_found',
  })
})

test('all faxes of a patient go together, or none when one is held', async () => {
  const scope = await services.addAccount()
  const ids: string[] = []
  for (let made = 0; made < 3; made += 1) ids.push(await receiveDistinct(services, scope, 1))
  const [a, b, other] = ids as [string, string, string]
  await linkReceived(services, scope, ACTOR, a, { patient: { id: 'zebra-1' } })
  await linkReceived(services, scope, ACTOR, b, { patient: { id: 'zebra-1' } })
  await linkReceived(services, scope, ACTOR, other, { patient: { id: 'zebra-2' } })
  const hold = await createHold(services, scope, ACTOR, { kind: 'fax', target: b, reason: 'Case 1' })
  await assert.rejects(shredPatient(services, scope, ACTOR, 'zebra-1'), { code: 'hold.active' })
  assert.equal((await bytesOf(services, scope, a)).length, 1)
  await releaseHold(services, scope, ACTOR, hold.hold.id)
  const [shown] = await shredPatient(services, scope, ACTOR, 'zebra-1')
  assert.equal(shown?.certificate.faxCount, 2)
  assert.equal((await bytesOf(services, scope, other)).length, 1)
  assert.deepEqual(await shredPatient(services, scope, ACTOR, 'zebra-1'), [])
})

test('a hold by number, patient, mailbox or account keeps what it is about, also after it was moved or linked elsewhere', async () => {
  const scope = await services.addAccount()
  const refused = (id: string) =>
    assert.rejects(shredFax(services, scope, ACTOR, 'received', id), { code: 'hold.active' })
  const id = await receiveDistinct(services, scope, 1)
  await linkReceived(services, scope, ACTOR, id, { patient: { id: 'zebra-1' } })
  const { received } = await getReceived(services, scope, id)
  const scopes = [
    { kind: 'number', target: CALLED },
    { kind: 'patient', target: 'zebra-1' },
    { kind: 'mailbox', target: received.mailboxId },
    { kind: 'account', target: null },
  ] as const
  for (const each of scopes) {
    const { hold } = await createHold(services, scope, ACTOR, { ...each, reason: 'Case 2' })
    await refused(id)
    if (each.kind === 'patient') {
      await linkReceived(services, scope, ACTOR, id, { patient: { id: 'zebra-2' } })
      await refused(id)
    }
    if (each.kind === 'mailbox') {
      const { rows } = await owner.query(
        `insert into mailbox (id, account_id, mode, is_default, name, owner, urgent_minutes, normal_minutes, created_at, updated_at)
         values ('mbx_' || $1, $2, 'test', false, 'Elsewhere', 'x', 1, 1, now(), now()) returning id`,
        [services.random.id('x').slice(2), scope.accountId],
      )
      await owner.query('update received_fax set mailbox_id = $1 where id = $2', [rows[0].id, id])
      await refused(id)
    }
    await releaseHold(services, scope, ACTOR, hold.id)
  }
  await shredFax(services, scope, ACTOR, 'received', id)
})

test('a resend that begins while the first fax is shredded either comes first and keeps the pages, or is refused', async () => {
  const scope = await services.addAccount()
  for (let round = 0; round < 3; round += 1) {
    const id = await delivered(scope, 1 + round)
    const [shredded, resent] = await Promise.allSettled([
      shredFax(services, scope, ACTOR, 'sent', id),
      resendFax(services, scope, ACTOR, id, { allowDuplicate: true }),
    ])
    assert.equal(shredded.status, 'fulfilled')
    if (resent.status === 'rejected') assert.equal(resent.reason.code, 'fax.content_deleted')
    else assert.ok((await readFaxPages(services, scope, ACTOR, resent.value.id)).length > 0)
  }
})

test('a closed account has no key: nothing it encrypted opens, and only its audit goes on', async () => {
  const scope = await services.addAccount()
  const id = await delivered(scope)
  const received = await receiveDistinct(services, scope, 1)
  await services.runDue()
  const { secret } = await createApiKey(services, scope, ACTOR, { name: 'Zebra' })
  const sealed = (await entriesOf(scope, received))
    .map(({ partiesSealed }) => partiesSealed)
    .find((each) => each)
  const live: Scope = { ...scope, mode: 'live' }
  const { hold } = await createHold(services, live, ACTOR, { kind: 'account', target: null, reason: 'Case' })
  const close = (confirm = scope.accountId) => closeAccount(services, scope, ACTOR, confirm)
  await assert.rejects(close(), { code: 'hold.active' })
  await releaseHold(services, live, ACTOR, hold.id)
  await assert.rejects(close('acc_other'), { code: 'request.invalid' })
  const later = await sendTo(services, scope, 3, { sendAt: new Date(services.clock.now() + 60_000) })
  await assert.rejects(close(), { code: 'account.not_empty' })
  await cancelFax(services, scope, ACTOR, later.id)
  await services.runFor(600_000)

  const { certificate } = await close()
  const statement = await statementOf(certificate.note)
  assert.deepEqual([statement.reason, statement.account.faxes], ['account closed', 3])
  assert.equal(await blobCount(scope), 0)
  const row = await services.store.asAccount(scope, (tx) => tx.accounts.get())
  assert.equal(row.wrappedKey.length, 0)
  await assert.rejects(services.keyring.account(scope.accountId, row.wrappedKey), { code: 'tampered' })
  await assert.rejects(getFax(services, scope, id), { code: 'tampered' })
  await assert.rejects(authenticate(services, secret), { code: 'auth.invalid_key' })
  assert.ok(sealed)
  await sweep(services)
  await keepKeyring(services)
  await applyRetention(services)
  await services.settle()
  await sequenceAudit(services)
  const leaves = await leavesFor(services, scope, 0, 1_000_000)
  const own = leaves.filter((leaf) => leaf.own?.entry)
  assert.ok(own.length > 10)
  for (const leaf of own)
    assert.deepEqual(hashLeaf(leafBytes(leaf.own!.entry!, leaf.own!.previous)), leaf.hash)
})
