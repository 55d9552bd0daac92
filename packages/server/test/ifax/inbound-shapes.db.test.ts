import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testIFaxServer } from '../support/ifax-server.ts'
import { ownNumber, receiveFax } from '../support/received-faxes.ts'

const server = await testIFaxServer()
const { services, scope, key, port } = server
const number = await ownNumber(services, scope, '+12025550123')
const received = await receiveFax(services, scope, { to: number.number })
const names = { numberId: String(number.numberId), orderId: number.orderId }
const today = new Date(services.clock.now()).toISOString().slice(0, 10).split('-')
const day = `${today[1]}/${today[2]}/${today[0]}`
const asked = { ...names, markedAs: 'Done', startDate: day, endDate: day }
const DOWNLOAD = { jobId: String(received.jobId), transactionId: String(received.transactionId) }

function post(path: string, headers: readonly string[], body: string) {
  const head = [`POST /v1/customer/inbound/${path} HTTP/1.1`, `Host: 127.0.0.1:${port}`, ...headers]
  return server.raw(`${head.join('\r\n')}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
}

function form(boundary: string, fields: Readonly<Record<string, string>>): string {
  const parts = Object.entries(fields).map(
    ([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  )
  return `${parts.join('')}--${boundary}--\r\n`
}

const token = `accessToken: ${key}`

/** How clients put the same question on the wire. */
const SHAPES: readonly [
  client: string,
  headers: readonly string[],
  encode: (fields: Record<string, string>) => string,
][] = [
  [
    'curl -d without a Content-Type',
    [token, 'Content-Type: application/x-www-form-urlencoded'],
    JSON.stringify,
  ],
  ['the guide’s spelling of the header', [`AccessToken: ${key}`, 'Accept: application/json'], JSON.stringify],
  [
    'Ruby rest-client with to_json',
    [`Accesstoken: ${key}`, 'Content-Type: application/json', 'Accept-Encoding: gzip;q=1.0,deflate;q=0.6'],
    (fields) => JSON.stringify(fields, null, 2),
  ],
  ['Java’s tutorials', [token, 'Content-Type: application/json; utf-8'], JSON.stringify],
  ['a bearer token', [`Authorization: Bearer ${key}`, 'Content-Type: text/plain'], JSON.stringify],
  [
    'a form with _method=POST',
    [token, 'Content-Type: multipart/form-data; boundary=zebra'],
    (fields) => form('zebra', { _method: 'POST', ...fields }),
  ],
  [
    'PHP’s http_build_query',
    [`X-Api-Key: ${key}`, 'Content-Type: application/x-www-form-urlencoded'],
    (fields) => new URLSearchParams(fields).toString(),
  ],
]

for (const [client, headers, encode] of SHAPES) {
  test(`the lists and the download understand ${client}`, async () => {
    for (const path of ['fax-list', 'fax-list-all']) {
      const list = await post(path, headers, encode({ ...asked }))
      assert.equal(list.status, 1, JSON.stringify(list))
      assert.deepEqual(
        list.data.map((row: { jobId: number; transactionId: number }) => [row.jobId, row.transactionId]),
        [[received.jobId, received.transactionId]],
      )
    }
    const file = await post('fax-download', headers, encode(DOWNLOAD))
    assert.equal(file.status, 1, JSON.stringify(file))
    assert.match(Buffer.from(file.data, 'base64').toString('latin1'), /^%PDF-/)
  })
}

test('an id above 2^53 that a client writes as a JSON number still names its number', async () => {
  const body = `{"numberId":${names.numberId},"orderId":${names.orderId},"markedAs":"Done"}`
  const list = await post('fax-list', [token], body)
  assert.equal(list.data?.length, 1, JSON.stringify(list))
})

test('what is no request is refused in iFax’s envelope and not repeated', async () => {
  for (const body of [
    'Zebra',
    '["Zebra"]',
    '{"numberId": "Zebra',
    '{"numberId": ["Zebra"], "orderId": "1"}',
  ]) {
    const reply = await post('fax-list', [token, 'Content-Type: application/json'], body)
    assert.deepEqual([reply.status, 'data' in reply], [0, false], body)
    assert.doesNotMatch(JSON.stringify(reply), /Zebra/)
  }
  const unknown = await post('fax-list-all', ['accessToken: Zebra'], '{}')
  assert.deepEqual([unknown.status, unknown.code], [0, 12001])
})
