import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ask, testHttpServer } from '../support/http.ts'
import { markedPdf } from '../support/marked-pages.ts'

const server = await testHttpServer()

const post = (body: object, headers: Record<string, string> = {}, key = server.key) =>
  ask(`${server.url}/v2/test/inbound`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })

const document = { data: markedPdf(2).toString('base64'), fileName: 'result.pdf' }
const call = { to: '+12025550123', from: '+12025550177', document }

test('POST /v2/test/inbound answers with the fax a simulated machine sent in', async () => {
  const reply = await post(call)
  assert.equal(reply.status, 201)
  const inbound = await reply.json()
  assert.match(inbound.id, /^inb_/)
  assert.deepEqual([inbound.status, inbound.pageCount, inbound.livemode], ['received', 2, false])
  assert.ok(Number.isInteger(inbound.jobId) && Number.isInteger(inbound.transactionId))
})

test('a page comes during its call, also when the test clock was moved on', async () => {
  const advance = await ask(`${server.url}/v2/test/advance`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ seconds: 7200 }),
  })
  assert.equal(advance.status, 200)
  interface Call {
    readonly startedAt: string
    readonly endedAt: string
    readonly pages: readonly { readonly receivedAt: string }[]
  }
  const { startedAt, endedAt, pages } = JSON.parse(await (await post(call)).text()) as Call
  for (const { receivedAt } of pages) assert.ok(startedAt <= receivedAt && receivedAt <= endedAt, receivedAt)
  assert.equal(pages.length, 2)
})

test('the same Idempotency-Key makes one call', async () => {
  const headers = { 'idempotency-key': 'zebra-calls-once' }
  const [first, second] = [await (await post(call, headers)).json(), await (await post(call, headers)).json()]
  assert.equal(second.id, first.id)
  const other = await post({ ...call, from: '+12025550178' }, headers)
  assert.equal(other.status, 422)
})

test('without a document the machine sends a page of its own', async () => {
  const inbound = await (await post({ to: '+12025550123' })).json()
  assert.deepEqual([inbound.status, inbound.pageCount, inbound.from], ['received', 1, null])
})

test('what is no document, or no number, is refused with its field', async () => {
  const bad = await (await post({ ...call, document: { data: '???' } })).json()
  assert.equal(bad.field, 'document.data')
  const number = await (await post({ ...call, to: 'nobody' })).json()
  assert.deepEqual([number.code, number.field], ['number.invalid', 'to'])
  const unknown = await (await post({ ...call, mashine: 'x' })).json()
  assert.equal(unknown.code, 'request.unknown_field')
})

test('its PDF holds the words that were read, and its PNG is turned the right way up', async () => {
  await server.services.runDue()
  const { id } = await (await post(call)).json()
  const words = [{ text: 'Zebra', confidence: 96, left: 200, top: 92, right: 400, bottom: 96 }]
  server.services.pageReader.nextTexts.push('Test Patient Zebra', { rotation: 90, words })
  await server.services.runDue()
  const content = async (query: string) => {
    const reply = await server.fetch(`/v2/inbound/${id}/content?${query}`)
    return Buffer.from(await reply.arrayBuffer())
  }
  const upright = await content('format=png&page=1')
  const turned = await content('format=png&page=2')
  const size = (png: Buffer) => [png.readUInt32BE(16), png.readUInt32BE(20)]
  assert.deepEqual(size(turned), size(upright).reverse())
  assert.ok((await content('format=pdf&page=2')).includes('/Rotate 90'))
  const detail = await (await server.fetch(`/v2/inbound/${id}`)).json()
  assert.equal(detail.textState, 'ready')
})
