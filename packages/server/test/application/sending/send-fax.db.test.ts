import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { createUpload } from '../../../src/application/documents/create-upload.ts'
import { stageDocument } from '../../../src/application/documents/intake-document.ts'
import { openFaxSecrets } from '../../../src/application/sealed/fax-secrets.ts'
import type { SendFaxRequest } from '../../../src/application/sending/new-fax.ts'
import { sendFax } from '../../../src/application/sending/send-fax.ts'
import { HttpOutError, type HttpOutResponse } from '../../../src/ports/http-out.ts'
import { testDatabase } from '../../support/database.ts'
import { recordOf, sendTo } from '../../support/faxes.ts'
import { markedPdf } from '../../support/marked-pages.ts'
import { ACTOR, createTestServices } from '../../support/services.ts'

const services = await createTestServices(await testDatabase())
after(() => services.close())
const scope = await services.addAccount()
const ZEBRA = 'Test Patient Zebra'

beforeEach(() => {
  services.queue.waiting.length = 0
})

async function stage(bytes: Uint8Array | AsyncIterable<Uint8Array> = markedPdf()) {
  return stageDocument(services, scope, bytes, { field: 'documents[0]', fileName: `${ZEBRA}.pdf` })
}

async function send(request: Partial<SendFaxRequest> = {}) {
  const documents = request.documents ?? [{ kind: 'staged', staged: await stage() } as const]
  return sendFax(services, scope, ACTOR, { to: '+12025550100', allowDuplicate: true, ...request, documents })
}

async function blobCount(): Promise<number> {
  let count = 0
  for await (const _ of services.blobs.list('documents')) count += 1
  return count
}

test('a fax to a machine that answers goes from accepted to delivered, and every step is told', async () => {
  const accepted = await send({ documents: [{ kind: 'staged', staged: await stage(markedPdf(2)) }] })
  assert.equal(accepted.status, 'queued')
  await services.runDue()
  const { fax, events } = await recordOf(services, scope, accepted.id)
  assert.equal(fax.status, 'delivered', services.logText())
  assert.equal(fax.jobId, accepted.jobId)
  assert.deepEqual(
    events.map((event) => `${event.sequence} ${event.type}`),
    ['1 fax.queued', '2 fax.preparing', '3 document.rendered', '4 fax.sending', '5 fax.delivered'],
  )
})

test('a request that is refused leaves neither a row nor a blob', async () => {
  const before = await blobCount()
  const refusals: readonly [Partial<SendFaxRequest>, string][] = [
    [{ to: '12' }, 'number.invalid'],
    [{ from: 'the clinic' }, 'number.invalid'],
    [{ to: '+12025550200' }, 'auth.key_mode_mismatch'],
  ]
  for (const [request, code] of refusals) await assert.rejects(send(request), { code })
  assert.equal(await blobCount(), before)
})

test('a live key cannot reach the sandbox, nor anything else while no line is configured', async () => {
  const live = { ...scope, mode: 'live' as const }
  const staged = await stage()
  const request = (to: string) =>
    sendFax(services, live, ACTOR, { to, documents: [{ kind: 'staged', staged }] })
  await assert.rejects(request('+12025550100'), { code: 'auth.key_mode_mismatch' })
  await assert.rejects(request('+12025550200'), { code: 'destination.not_allowed' })
})

test('a cover sheet with letters its font lacks is refused when the fax is handed in', async () => {
  const refused = send({ documents: [], cover: { subject: 'Referral', toName: '漢字' } })
  await assert.rejects(refused, { code: 'cover.invalid', field: 'cover.toName' })
})

test('a fax needs a document or a cover sheet; a cover sheet alone is enough', async () => {
  await assert.rejects(send({ documents: [] }), { code: 'document.missing' })
  const { id } = await send({ documents: [], cover: { subject: 'Referral', message: `For ${ZEBRA}` } })
  await services.runDue()
  const { fax } = await recordOf(services, scope, id)
  assert.equal(fax.status, 'delivered')
  assert.equal(fax.pageCount, 1)
})

test('of the same cover handed in five times at once one fax is accepted', async () => {
  const cover = { message: 'Handed in at once' }
  const tries = Array.from({ length: 5 }, () =>
    send({ to: '+14155550100', documents: [], cover, allowDuplicate: false }),
  )
  const ended = await Promise.allSettled(tries)
  const refused = ended.filter((each) => each.status === 'rejected').map(({ reason }) => reason.code)
  assert.deepEqual(refused, Array(4).fill('fax.possible_duplicate'))
})

test('the same document to the same number within minutes is refused unless allowed', async () => {
  const pdf = markedPdf(1, 'sent once')
  const once = async (request: Partial<SendFaxRequest> = {}) => {
    const staged = await stage(pdf)
    return send({ documents: [{ kind: 'staged', staged }], allowDuplicate: false, ...request })
  }
  const first = await once({ to: '+13035550100' })
  await assert.rejects(once({ to: '+13035550100' }), { code: 'fax.possible_duplicate' })
  await once({ to: '+14045550100' })
  await once({ to: '+13035550100', cover: { message: 'another cover' } })
  await once({ to: '+13035550100', allowDuplicate: true })
  await services.clock.advance(6 * 60_000)
  const later = await once({ to: '+13035550100' })
  assert.notEqual(later.id, first.id)
})

test('an upload is sent by its id, and is not deleted while a fax names it', async () => {
  const { row } = await createUpload(services, scope, ACTOR, await stage(markedPdf(3)))
  assert.equal(row.pageCount, 3)
  const { id } = await send({ documents: [{ kind: 'upload', documentId: row.id }] })
  const kept = await services.store.asAccount(scope, (tx) => tx.documents.get(row.id))
  assert.equal(kept?.expiresAt, null)
  await services.runDue()
  assert.equal((await recordOf(services, scope, id)).fax.pageCount, 3)
})

test("an upload that is unknown, or another account's, is not found", async () => {
  const stranger = await services.addAccount()
  const staged = await stageDocument(services, stranger, markedPdf(), { field: 'file' })
  const { row } = await createUpload(services, stranger, ACTOR, staged)
  for (const documentId of [row.id, 'doc_00000000000000000000000000']) {
    const refused = send({ documents: [{ kind: 'upload', documentId }] })
    await assert.rejects(refused, { code: 'document.not_found', field: 'documents[0].upload' })
  }
})

test('a document named by URL is fetched before the fax is accepted', async () => {
  const url = 'https://records.example.com/referral.pdf'
  const reply = (status: number): HttpOutResponse => ({ status, headers: {}, body: markedPdf(2), url })
  const from = (answer: () => Promise<HttpOutResponse>) =>
    sendFax({ ...services, httpOut: { ...services.httpOut, request: answer } }, scope, ACTOR, {
      to: '+15055550100',
      documents: [{ kind: 'url', url, field: 'documents[0].url' }],
    })
  const missing = from(async () => reply(404))
  await assert.rejects(missing, { code: 'document.fetch_failed', field: 'documents[0].url' })
  const refused = from(() => Promise.reject(new HttpOutError('address_refused', 'not public')))
  await assert.rejects(refused, { code: 'document.url_refused', field: 'documents[0].url' })
  const tooLarge = from(() => Promise.reject(new HttpOutError('too_large', 'more than asked for')))
  await assert.rejects(tooLarge, { code: 'document.too_large', field: 'documents[0].url' })
  const { id } = await from(async () => reply(200))
  await services.runDue()
  assert.equal((await recordOf(services, scope, id)).fax.pageCount, 2)
})

test('a document is told by its content while it is still coming in', async () => {
  async function* video() {
    yield Buffer.alloc(2048, 7)
    throw new Error('nobody should read on')
  }
  await assert.rejects(stage(video()), { code: 'document.unsupported_type', field: 'documents[0]' })
  await assert.rejects(stage(Buffer.alloc(0)), { code: 'document.corrupt' })
  const large = Buffer.concat([markedPdf(), Buffer.alloc(services.policy.documentBytesMax)])
  await assert.rejects(stage(large), { code: 'document.too_large' })
})

test('a document that comes in a stream is stored as one that comes whole', async () => {
  const pdf = Buffer.concat([markedPdf(2), Buffer.alloc(300_000, 10)])
  async function* pieces() {
    for (let at = 0; at < pdf.length; at += 1000) yield pdf.subarray(at, at + 1000)
  }
  const [whole, streamed] = [await stage(pdf), await stage(pieces())]
  assert.equal(streamed.sha256, whole.sha256)
  assert.equal(streamed.row.byteCount, pdf.length)
  const { id } = await send({ documents: [{ kind: 'staged', staged: streamed }] })
  await services.runDue()
  assert.equal((await recordOf(services, scope, id)).fax.pageCount, 2)
})

test('a hook runs in the transaction that accepts the fax: when it fails there is no fax', async () => {
  const staged = await stage()
  const hooks = { inTransaction: () => Promise.reject(new Error('the reply could not be stored')) }
  const list = () => services.store.asAccount(scope, (tx) => tx.faxes.list({ limit: 500 }))
  const before = await list()
  const request = {
    to: '+12025550100',
    documents: [{ kind: 'staged', staged } as const],
    allowDuplicate: true,
  }
  await assert.rejects(sendFax(services, scope, ACTOR, request, hooks), /could not be stored/)
  assert.equal((await list()).length, before.length)
})

test('numbers, names and text are nowhere in the clear: not in rows, events, audit, jobs or log', async () => {
  const { id } = await sendTo(services, scope, 6, {
    area: 616,
    from: '+1 616 555 0177',
    cover: { toName: ZEBRA, message: `${ZEBRA} is due` },
    clientReference: `chart of ${ZEBRA}`,
  })
  await services.runFor(3_600_000)
  const record = await recordOf(services, scope, id)
  const audit = await services.store.asAccount(scope, (tx) => tx.audit.list({ subjectId: id, limit: 100 }))
  const clear = JSON.stringify({ record, audit, jobs: services.queue.enqueued }, (_, value) =>
    value?.type === 'Buffer' ? Buffer.from(value.data).toString('latin1') : value,
  )
  for (const secret of ['6165550106', '6165550177', ZEBRA, 'zebra.pdf']) {
    assert.equal(clear.includes(secret), false, 'a secret is stored in the clear')
    assert.equal(services.logText().includes(secret), false, 'a secret is in the log')
  }
  const secrets = await services.store.asAccount(scope, async (tx) => {
    const account = await tx.accounts.get()
    const keys = await services.keyring.account(account.id, account.wrappedKey)
    return openFaxSecrets(keys, record.fax)
  })
  assert.equal(secrets.to, '+16165550106')
  assert.equal(secrets.details.clientReference, `chart of ${ZEBRA}`)
})
