import assert from 'node:assert/strict'
import { test } from 'node:test'
import { form, json, testHttpServer } from '../support/http.ts'
import { markedPdf } from '../support/marked-pages.ts'

const server = await testHttpServer()

function sendForm(key: string, text: string, to = '+12025550100') {
  const file = { fileName: 'a.pdf', bytes: markedPdf(1, text) }
  return server.fetch('/v2/faxes', form([['to', to]], [file], { 'idempotency-key': key }))
}

async function countFaxes(): Promise<number> {
  let count = 0
  let cursor: string | null = null
  do {
    const page = await (
      await server.fetch(`/v2/faxes?limit=100${cursor === null ? '' : `&cursor=${cursor}`}`)
    ).json()
    count += page.data.length
    cursor = page.nextCursor
  } while (cursor !== null)
  return count
}

async function countBlobs(): Promise<number> {
  let count = 0
  for await (const _ of server.services.blobs.list('documents')) count += 1
  return count
}

test('the same key and request get the same reply, marked as replayed, and one fax', async () => {
  const first = await sendForm('order-1', 'one')
  const blobs = await countBlobs()
  const again = await sendForm('order-1', 'one')
  assert.equal(again.status, 202)
  assert.equal(first.headers.get('idempotent-replayed'), null)
  assert.equal(again.headers.get('idempotent-replayed'), 'true')
  assert.deepEqual(await again.json(), await first.json())
  assert.equal(await countBlobs(), blobs, 'the document of the replayed request is gone')
})

test('the same key with another document, number or call is refused', async () => {
  await sendForm('order-2', 'two')
  for (const response of [
    await sendForm('order-2', 'another document'),
    await sendForm('order-2', 'two', '+13125550100'),
    await server.fetch('/v2/cover-pages', json({ title: 'Fax' }, { 'idempotency-key': 'order-2' })),
  ]) {
    assert.equal(response.status, 422)
    assert.equal((await response.json()).code, 'idempotency.key_reused')
  }
})

test('the order of fields does not make another request', async () => {
  const data = Buffer.from(markedPdf(1, 'order')).toString('base64')
  const headers = { 'idempotency-key': 'order-3' }
  const a = await server.fetch('/v2/faxes', json({ to: '+12025550100', documents: [{ data }] }, headers))
  const b = await server.fetch('/v2/faxes', json({ documents: [{ data }], to: '+12025550100' }, headers))
  assert.equal(b.headers.get('idempotent-replayed'), 'true')
  assert.deepEqual(await b.json(), await a.json())
})

test('a refused request frees its key', async () => {
  const refused = await sendForm('order-4', 'four', '12')
  assert.equal(refused.status, 422)
  assert.equal((await refused.json()).code, 'number.invalid')
  const sent = await sendForm('order-4', 'four')
  assert.equal(sent.status, 202)
  assert.equal(sent.headers.get('idempotent-replayed'), null)
})

test('after 24 hours a key may be used again', async () => {
  const first = await (await sendForm('order-5', 'five')).json()
  await server.services.clock.advance(24 * 3_600_000 + 1)
  const second = await sendForm('order-5', 'five')
  assert.equal(second.headers.get('idempotent-replayed'), null)
  assert.notEqual((await second.json()).id, first.id)
})

test('another account may use the same key', async () => {
  await sendForm('order-6', 'six')
  const stranger = await server.makeKey(await server.services.addAccount())
  const file = { fileName: 'a.pdf', bytes: markedPdf(1, 'six') }
  const headers = { 'idempotency-key': 'order-6', authorization: `Bearer ${stranger}` }
  const response = await server.fetch('/v2/faxes', form([['to', '+12025550100']], [file], headers))
  assert.equal(response.status, 202)
  assert.equal(response.headers.get('idempotent-replayed'), null)
})

test('a key that is empty, too long or not ASCII is refused', async () => {
  for (const key of ['x'.repeat(256), 'caf\u00e9']) {
    const response = await sendForm(key, 'seven')
    assert.equal(response.status, 400)
    assert.equal((await response.json()).code, 'idempotency.key_invalid')
  }
})

test('200 keys sent by parallel duplicates make exactly 200 faxes, and all replies of a key agree', async () => {
  const before = await countFaxes()
  const settle = async (index: number): Promise<string> => {
    for (;;) {
      const response = await sendForm(`storm-${index}`, `storm ${index}`)
      const body = await response.json()
      if (response.status === 202) return body.id
      assert.equal(body.code, 'idempotency.in_flight', JSON.stringify(body))
      assert.equal(response.headers.get('retry-after'), '1')
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
  for (let start = 0; start < 200; start += 20) {
    const ids = await Promise.all(
      Array.from({ length: 20 }, (_, offset) =>
        Promise.all(Array.from({ length: 3 }, () => settle(start + offset))),
      ),
    )
    for (const ofKey of ids) assert.equal(new Set(ofKey).size, 1)
  }
  assert.equal((await countFaxes()) - before, 200)
})

test('the replay of a new API key does not tell its secret again', async () => {
  const make = () => server.fetch('/v2/api-keys', json({ name: 'Once' }, { 'idempotency-key': 'key-1' }))
  const first = await (await make()).json()
  const again = await make()
  assert.match(first.secret, /^ab_test_/)
  assert.equal(again.status, 201)
  assert.deepEqual(await again.json(), { ...first, secret: null })
})
