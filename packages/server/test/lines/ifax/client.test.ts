import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { PAGE_WIDTH_PELS } from '@answerback/imaging/page'
import { createBitmap } from '@answerback/protocol/t4/bitmap'
import { encodeT6 } from '@answerback/protocol/t4/t6'
import fc from 'fast-check'
import { createHttpOut } from '../../../src/adapters/http-out/http-out.ts'
import { areas, buy, list, numbersIn, release, search } from '../../../src/adapters/lines/ifax/carrier.ts'
import { IFaxClient } from '../../../src/adapters/lines/ifax/client.ts'
import { readFax, readOwnedNumber, readReceived, readRows } from '../../../src/adapters/lines/ifax/shapes.ts'
import type { E164 } from '../../../src/domain/numbers/number.ts'
import type { HttpOut } from '../../../src/ports/http-out.ts'
import { UpstreamError } from '../../../src/ports/upstream.ts'
import { IFaxDouble } from '../../support/ifax-double.ts'
import { PROVIDER_SETTINGS } from '../../support/provider-services.ts'

const double = new IFaxDouble()
await double.listen()
after(() => double.close())
const signal = new AbortController().signal
const clientOf = (apiKey = double.key, httpOut: HttpOut = createHttpOut(), baseUrl = double.url) =>
  new IFaxClient(
    { id: 'prv_1', accountId: 'acc_1', settings: { ...PROVIDER_SETTINGS, baseUrl }, apiKey },
    { httpOut, policy: { allowLoopback: true }, timeoutMs: 400, documentBytesMax: 100_000 },
  )
const client = clientOf()
const bitmap = createBitmap(PAGE_WIDTH_PELS, 200)
const page = {
  number: 1,
  page: { width: PAGE_WIDTH_PELS, rows: 200, resolution: 'fine', kind: 'bilevel', t6: encodeT6(bitmap) },
} as const
const FAX = {
  attemptId: 'att_1',
  at: new Date('2026-01-02T12:00:00Z'),
  to: '+12025550100' as E164,
  from: '+12025550177' as E164,
  pages: [page, { ...page, number: 2 }],
}
const WEEK = { from: new Date(Date.now() - 7 * 86_400_000), to: new Date() }

test('a fax is sent as a PDF of its pages, and its reference asks for all the rest', async () => {
  const reference = await client.send(FAX, signal)
  const sent = double.faxes.at(-1)!
  assert.equal(reference, String(sent.jobId))
  assert.equal(sent.faxTotalPages, 2)
  assert.equal(sent.fromNumber, '+12025550177')
  const fax = await client.status(reference, signal)
  assert.equal(fax?.status, 'sending')
  assert.equal(fax?.to, '+12025550100')
  await client.cancel(reference, signal)
  assert.equal((await client.status(reference, signal))?.status, 'canceled')
  const again = await client.resend(reference, signal)
  assert.notEqual(again, reference)
  assert.equal(await client.status('999', signal), undefined)
})

test('the same attempt makes the same bytes, and they say nothing of what is faxed', async () => {
  const documents = []
  for (let times = 0; times < 2; times += 1) {
    const reference = await client.send(FAX, signal)
    documents.push(double.documents.get(Number(reference))!)
  }
  assert.equal(Buffer.compare(documents[0]!, documents[1]!), 0)
  assert.ok(!documents[0]!.includes('2025550100'))
})

test('a list is read page by page to its end, and one that ignores the cursor ends too', async () => {
  double.pageSize = 2
  for (let count = 0; count < 5; count += 1) await client.send(FAX, signal)
  const all = await client.sent(WEEK, signal)
  assert.equal(all.length, double.faxes.length)
  double.pageSize = 1_000
  const before = double.count('fax-lists')
  double.mishap(
    'fax-lists',
    ...Array.from(
      { length: 3 },
      () => ({ kind: 'body', text: JSON.stringify({ status: 1, data: double.faxes }) }) as const,
    ),
  )
  assert.equal((await client.sent(WEEK, signal)).length, double.faxes.length)
  assert.equal(double.count('fax-lists') - before, 2)
})

for (const [name, mishap, kind] of [
  ['a lost answer', { kind: 'lose_answer' }, 'unclear'],
  ['a fault of theirs', { kind: 'fault', done: true }, 'unclear'],
  ['an answer that comes too late', { kind: 'slow', ms: 900 }, 'unclear'],
  ['an answer that is none', { kind: 'body', text: 'OK' }, 'unclear'],
  ['a success without a reference', { kind: 'body', text: '{"status":1,"data":{}}' }, 'unclear'],
  ['a refusal without a number', { kind: 'body', text: '{"status":0,"message":"no"}' }, 'unclear'],
  ['a refusal with a number', { kind: 'refuse', httpStatus: 200, code: -2075 }, 'refused'],
  ['an HTTP refusal', { kind: 'refuse', httpStatus: 403 }, 'refused'],
  ['a limit', { kind: 'refuse', httpStatus: 429 }, 'refused'],
] as const) {
  test(`after ${name} a send is ${kind}`, async () => {
    double.mishap('fax-send', mishap)
    await assert.rejects(client.send(FAX, signal), (error) => {
      assert.ok(error instanceof UpstreamError)
      assert.equal(error.kind, kind)
      assert.doesNotMatch(error.message, /\+1202|key/)
      return true
    })
  })
}

test('a server that is not there was not reached, and one inside the network is not asked', async () => {
  const gone = clientOf(double.key, createHttpOut(), 'http://127.0.0.1:9')
  await assert.rejects(gone.numbers(signal), { kind: 'not_reached' })
  const inside = clientOf(double.key, createHttpOut(), 'http://10.0.0.1')
  await assert.rejects(inside.numbers(signal), { kind: 'not_reached' })
})

test('a bad key is a refusal, and never an unknown fax', async () => {
  await assert.rejects(clientOf('wrong').status('1', signal), { kind: 'refused', code: 12001 })
})

test('documents come from the download alone, and no larger than asked for', async () => {
  const { jobId, transactionId } = double.receive(Buffer.from('%PDF-1.4 Zebra'), 1)
  const bytes = await client.download(String(jobId), String(transactionId), signal)
  assert.equal(bytes.toString(), '%PDF-1.4 Zebra')
  double.mishap('inbound/fax-download', { kind: 'body', text: '%PDF-1.4 raw' })
  assert.equal(
    (await client.download(String(jobId), String(transactionId), signal)).toString(),
    '%PDF-1.4 raw',
  )
  double.mishap('inbound/fax-download', {
    kind: 'body',
    text: '{"status":1,"data":{"url":"https://evil.example/a"}}',
  })
  await assert.rejects(client.download(String(jobId), undefined, signal), { kind: 'unclear' })
  const big = double.receive(Buffer.alloc(300_000, 1), 1)
  await assert.rejects(client.download(String(big.jobId), String(big.transactionId), signal), UpstreamError)
})

test('numbers are found, bought, listed and given back', async () => {
  assert.deepEqual(await areas(client, 'US', signal), [{ id: '77', prefix: '202' }])
  assert.deepEqual(await numbersIn(client, '77', signal), ['+12025550188', '+12025550189'])
  assert.equal(await search(client, '+12025550188', signal), true)
  assert.equal(await search(client, '+12025550190', signal), false)
  const ref = await buy(client, '+12025550188', signal)
  assert.deepEqual(ref, { numberId: '70', orderId: '1595589515890656281' })
  const owned = await list(client, signal)
  assert.equal(owned[0]?.number, '+12025550188')
  await release(client, ref, signal)
  await assert.rejects(search(clientOf('wrong'), '+12025550188', signal), { code: 12001 })
})

test('whatever a provider answers, rows are read to types or dropped', () => {
  const value = fc.anything({ withNullPrototype: true })
  const row = fc.dictionary(
    fc.constantFrom(
      'jobId',
      'transactionId',
      'toNumber',
      'fromNumber',
      'faxStatus',
      'faxTotalPages',
      'faxTransferredPages',
      'faxReceivedPages',
      'faxCallStart',
      'receivedTime',
      'code',
      'message',
      'faxNumber',
      'numberId',
      'orderId',
    ),
    fc.oneof(
      value,
      fc.integer(),
      fc.string(),
      fc.constantFrom('delivered', 'USER_BUSY: x', '12025550100', '7'),
    ),
  )
  fc.assert(
    fc.property(fc.oneof(value, fc.array(fc.oneof(row, value))), (data) => {
      for (const fax of readRows(data, readFax)) {
        assert.match(fax.reference, /^\d{1,19}$/)
        if (fax.to !== undefined) assert.match(fax.to, /^\+[1-9]\d{6,14}$/)
        if (fax.cause !== undefined) assert.match(fax.cause, /^[A-Z][A-Z0-9_]{0,39}$/)
        if (fax.pagesTransferred !== undefined) assert.ok(fax.pagesTransferred >= 0)
        if (fax.startedAt !== undefined) assert.ok(fax.startedAt.getTime() > 0)
      }
      for (const received of readRows(data, readReceived)) assert.match(received.reference, /^\d{1,19}$/)
      for (const owned of readRows(data, readOwnedNumber)) assert.match(owned.number, /^\+/)
    }),
    { numRuns: 3_000 },
  )
})

test('whatever bytes a provider sends, a call answers or throws its one error', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 100, max: 599 }),
      fc.oneof(
        fc.uint8Array(),
        fc.json().map((text) => Buffer.from(text)),
      ),
      async (status, body) => {
        const httpOut: HttpOut = {
          request: async () => ({ status, headers: {}, body: Buffer.from(body), url: double.url }),
          check: async () => undefined,
        }
        const fuzzed = clientOf(double.key, httpOut)
        for (const call of [
          () => fuzzed.send(FAX, signal),
          () => fuzzed.status('1', signal),
          () => fuzzed.sent(WEEK, signal),
          () => fuzzed.received(WEEK, signal),
          () => fuzzed.download('1', '2', signal),
          () => fuzzed.numbers(signal),
        ]) {
          await call().catch((error) => assert.ok(error instanceof UpstreamError, String(error)))
        }
      },
    ),
    { numRuns: 300 },
  )
})
