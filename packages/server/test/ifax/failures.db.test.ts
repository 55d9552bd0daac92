import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type IFaxReply, testIFaxServer } from '../support/ifax-server.ts'
import { markedPdf } from '../support/marked-pages.ts'

const server = await testIFaxServer()
const { call } = server
const truthful = await testIFaxServer({ ifax: { strictHttp200: false } })
const PDF = markedPdf(1, 'failures').toString('base64')
const LEAST = { faxNumber: '+12025550100', faxData: [{ fileName: 'a.pdf', fileData: PDF }] }
const SEND = '/v1/customer/fax-send'

/** Whatever failed: never a jobId, never data, always status 0 and a code. */
function assertFailure(reply: IFaxReply, code: number, httpStatus = 200): void {
  assert.deepEqual([reply.status, reply.code, reply.httpStatus], [0, code, httpStatus], JSON.stringify(reply))
  assert.ok(!('jobId' in reply) && !('data' in reply))
  assert.ok(reply.message.length > 0)
}

test('a missing, misspelt or unknown key is 12001 Access token invalid', async () => {
  const unknown = await truthful.makeKey(truthful.scope)
  for (const accessToken of ['', 'nonsense', unknown]) {
    const reply = await call(SEND, LEAST, { accessToken })
    assertFailure(reply, 12001)
    assert.equal(reply.message, 'Access token invalid')
  }
  assertFailure(await truthful.call(SEND, LEAST, { accessToken: 'nonsense' }), 12001, 401)
})

test('refusals have the guide’s codes and messages, as 200 by default and as true 4xx when the operator wants those', async () => {
  const text = Buffer.from('just text').toString('base64')
  const cases: readonly [body: object, code: number, message: string, field: string, httpStatus: number][] = [
    [{ ...LEAST, faxNumber: '12' }, -2075, 'INVALID_NUMBER_FORMAT', 'faxNumber', 422],
    [{ ...LEAST, callerId: 'me' }, -2075, 'INVALID_NUMBER_FORMAT', 'callerId', 422],
    [
      { ...LEAST, faxNumber: '+442079460000' },
      -2074,
      'Not authorised for the specified contact',
      'faxNumber',
      403,
    ],
    [
      { ...LEAST, faxData: [{ fileName: 'a.txt', fileData: text }] },
      120109,
      'Invalid file format',
      'faxData[0].fileData',
      422,
    ],
    [
      { ...LEAST, faxData: [{ fileName: 'a.pdf', fileData: '%%%' }] },
      120109,
      'Invalid file format',
      'faxData[0].fileData',
      422,
    ],
    [
      { ...LEAST, faxData: [{ fileName: 'a.pdf', fileUrl: 'http://10.0.0.1/a.pdf' }] },
      120109,
      'Invalid file format',
      'faxData[0].fileUrl',
      422,
    ],
  ]
  for (const [body, code, message, field, httpStatus] of cases) {
    const reply = await call(SEND, body)
    assertFailure(reply, code)
    assert.deepEqual([reply.message, reply.field], [message, field])
    assertFailure(await truthful.call(SEND, body), code, httpStatus)
  }
})

test('a client that writes for another API is told where its documents belong', async () => {
  const reply = await call(SEND, {
    faxNumber: '+12025550100',
    files: [{ name: 'a.pdf', data: PDF }],
    coverPage: { text: 'Test Patient Zebra' },
    webhook: { statusUrl: 'https://hooks.example' },
  })
  assertFailure(reply, 900121)
  assert.match(reply.message, /"faxData".*fileName.*fileData/)
})

test('a repeated document to the same number is refused unless the client says it is meant', async () => {
  const body = {
    ...LEAST,
    faxData: [{ fileName: 'b.pdf', fileData: markedPdf(1, 'twice').toString('base64') }],
  }
  assert.equal((await call(SEND, body)).status, 1)
  assertFailure(await call(SEND, body), 900141)
  assert.equal((await call(SEND, { ...body, allowDuplicate: true })).status, 1)
})

test('what is not a request at all is refused without repeating it', async () => {
  const head = (type: string, length: number) =>
    `POST ${SEND} HTTP/1.1\r\nHost: x\r\naccessToken: ${server.key}\r\nContent-Type: ${type}\r\nContent-Length: ${length}\r\n\r\n`
  for (const body of ['{"faxNumber": "Zebra', '[1]', 'Zebra', '{"__proto__": {"faxNumber": "Zebra"}}']) {
    const reply = await server.raw(head('application/json', body.length) + body)
    assertFailure(reply, 900120)
    assert.doesNotMatch(JSON.stringify(reply), /Zebra/)
  }
  const cut = '--b\r\nContent-Disposition: form-data; name="faxNumber"\r\n\r\nZebra'
  const reply = await server.raw(head('multipart/form-data; boundary=b', cut.length) + cut)
  assertFailure(reply, 900120)
})

test('an empty body names the first field that is missing', async () => {
  const reply = await server.raw(`POST ${SEND} HTTP/1.1\r\nHost: x\r\naccessToken: ${server.key}\r\n\r\n`)
  assertFailure(reply, 900121)
  assert.equal(reply.field, 'faxNumber')
})

test('a path or a method iFax does not have is a true 404 in the same envelope', async () => {
  assertFailure(await call('/v1/customer/fax-teleport'), 900125, 404)
  assertFailure(await call('/v1/customer/fax-lists', {}, {}, 'GET'), 900125, 404)
})

test('what may succeed when sent again is a true 5xx or 429, for the client that retries on nothing else', async () => {
  const slowed = await testIFaxServer()
  const { services } = slowed
  const put = services.blobs.put
  Object.assign(services.blobs, {
    put: () => Promise.reject(Object.assign(new Error('disk is full'), { code: 'ENOSPC' })),
  })
  const reply = await slowed.call(SEND, LEAST)
  Object.assign(services.blobs, { put })
  assertFailure(reply, 11013, 503)
  assert.equal(reply.message, 'Processing error, try later')
})

test('a refused request leaves no document behind', async () => {
  const fresh = await testIFaxServer()
  const { services } = fresh
  const count = async () => {
    let blobs = 0
    for await (const _ of services.blobs.list('documents')) blobs += 1
    return blobs
  }
  const boundary = 'zebra'
  const form = [
    `--${boundary}\r\nContent-Disposition: form-data; name="faxNumber"\r\n\r\n12\r\n`,
    `--${boundary}\r\nContent-Disposition: form-data; name="faxData[0][fileUrl]"; filename="a.pdf"\r\n\r\n${markedPdf(1, 'left')}\r\n`,
    `--${boundary}--\r\n`,
  ].join('')
  await fresh.call(SEND, LEAST)
  const kept = await count()
  assert.equal(kept, 1)
  const reply = await fresh.raw(
    `POST ${SEND} HTTP/1.1\r\nHost: x\r\naccessToken: ${fresh.key}\r\nContent-Type: multipart/form-data; boundary=${boundary}\r\nContent-Length: ${form.length}\r\n\r\n${form}`,
  )
  assertFailure(reply, -2075)
  assertFailure(await fresh.call(SEND, { ...LEAST, faxQuality: 'Ultra' }), 900120)
  assertFailure(
    await fresh.call(SEND, { ...LEAST, faxData: [...LEAST.faxData, { fileName: 'x', fileData: '!' }] }),
    120109,
  )
  assert.equal(await count(), kept)
})

test('a form of more fields than any fax has is refused before it is read, sent as it is or as JSON in a field', async () => {
  const post = (body: string, type = 'application/x-www-form-urlencoded') =>
    fetch(`${server.url}${SEND}`, {
      method: 'POST',
      headers: { accesstoken: server.key, 'content-type': type },
      body,
    }).then(async (reply) => (await reply.json()) as IFaxReply)
  const many = await post(`faxNumber=%2B12025550100&${'a=1&'.repeat(600)}`)
  assert.match(many.message, /more than 500 fields/)
  const inField = await post(
    new URLSearchParams({ ...LEAST, faxData: `[${'{},'.repeat(30_000)}{}]` }).toString(),
  )
  assert.equal(inField.status, 0)
  assert.match(inField.message, /must be an array/)
})
