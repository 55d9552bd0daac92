import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type IFaxReply, testIFaxServer } from '../support/ifax-server.ts'
import { refused, ShopCarrier } from '../support/shop-carrier.ts'

const server = await testIFaxServer()
const truthful = await testIFaxServer({ ifax: { strictHttp200: false } })
const { call } = server

const ask = (path: string, body: object = {}, accessToken = server.key) =>
  call(`/v1/customer/inbound/${path}`, body, { accessToken })

function assertFailure(reply: IFaxReply, code: number, httpStatus = 200): void {
  assert.deepEqual([reply.status, reply.code, reply.httpStatus], [0, code, httpStatus], JSON.stringify(reply))
  assert.ok(!('data' in reply) && reply.message.length > 0)
}

/** A new account, which shares its numbers with no other test. */
async function fresh() {
  const scope = await server.services.addAccount()
  return { scope, key: await server.makeKey(scope) }
}

test('a client goes from areas to a number, lists it and gives it back', async () => {
  const { key } = await fresh()
  const areas = await ask('area-list', { abbreviation: 'US' }, key)
  assert.deepEqual([areas.httpStatus, areas.status], [200, 1])
  assert.ok(areas.data.length > 250)
  const area = areas.data.find(({ prefix }: { prefix: string }) => prefix === '305')
  assert.deepEqual([typeof area.id, area.abbreviation], ['string', 'FL'])
  const numbers = await ask('numbers', { id: area.id }, key)
  const { faxNumber } = numbers.data[0]
  assert.match(faxNumber, /^\+130555501[5-9]\d$/)
  assert.equal((await ask('search', { faxNumber }, key)).status, 1)
  const bought = await ask('buy', { faxNumber, addLicense: true }, key)
  assert.equal(bought.status, 1)
  const { numberId, orderId } = bought.data
  assert.equal(bought.data.faxNumber, faxNumber)
  const list = await ask('number-list', {}, key)
  assert.equal(list.message, 'Numbers list retrieved successfully')
  assert.deepEqual(list.data, [bought.data])
  const deleted = await ask('number-delete', { numberId, orderId }, key)
  assert.deepEqual([deleted.httpStatus, deleted.status], [200, 1])
  assert.deepEqual((await ask('number-list', {}, key)).data, [])
  assertFailure(await ask('number-delete', { numberId, orderId }, key), 900200)
})

test('numberId is a short string of digits, orderId one above 2^53, as typed clients declare them', async () => {
  const { key } = await fresh()
  const { data } = await ask('buy', { faxNumber: '+12125550155' }, key)
  assert.equal(typeof data.numberId, 'string')
  assert.match(data.numberId, /^\d{5,9}$/)
  assert.equal(typeof data.orderId, 'string')
  assert.match(data.orderId, /^\d{19}$/)
  assert.ok(Number(data.orderId) > Number.MAX_SAFE_INTEGER)
})

test('ids may come as strings, as numbers, and as the number a careless client makes of an orderId', async () => {
  const shapes: ((ids: { numberId: string; orderId: string }) => string)[] = [
    (ids) => JSON.stringify(ids),
    ({ numberId, orderId }) => `{"numberId": ${numberId}, "orderId": "${orderId}"}`,
    ({ numberId, orderId }) => `{"numberId": ${numberId}, "orderId": ${orderId}}`,
    ({ numberId, orderId }) => `{"numberId": " ${numberId} ", "orderId": ${Number(orderId)}}`,
    ({ numberId, orderId }) => `numberId=${numberId}&orderId=${orderId}`,
  ]
  for (const shape of shapes) {
    const { key } = await fresh()
    const { data } = await ask('buy', { faxNumber: '+12125550150' }, key)
    const body = shape(data)
    const reply = await server.raw(
      `POST /v1/customer/inbound/number-delete HTTP/1.1\r\nHost: x\r\naccessToken: ${key}\r\n` +
        `Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    )
    assert.equal(reply.status, 1, body)
    assert.deepEqual((await ask('number-list', {}, key)).data, [])
  }
})

test('a state, a province, Canada and the United States are told apart; a country without numbers has none', async () => {
  const regions = async (abbreviation?: string) => {
    const { data } = await ask('area-list', abbreviation === undefined ? {} : { abbreviation })
    return new Set(
      data.map((area: { country: string; abbreviation: string }) => `${area.country}-${area.abbreviation}`),
    )
  }
  assert.deepEqual([...(await regions('ny'))], ['US-NY'])
  assert.deepEqual([...(await regions('CA'))], ['US-CA'])
  assert.deepEqual([...(await regions('ON'))], ['CA-ON'])
  assert.ok((await regions('CAN')).has('CA-QC'))
  assert.ok((await regions()).has('US-WY') && (await regions('USA')).has('US-DC'))
  assert.equal((await regions('GB')).size, 0)
  assertFailure(await ask('area-list', { abbreviation: 'Zebra' }), 900120)
})

test('ids of another account, of the other mode or of two numbers are nobody’s', async () => {
  const { key, scope } = await fresh()
  const { data: mine } = await ask('buy', { faxNumber: '+12125550160' }, key)
  const { data: other } = await ask('buy', { faxNumber: '+12125550161' }, key)
  const stranger = await fresh()
  const live = await server.makeKey({ ...scope, mode: 'live' })
  for (const [ids, as] of [
    [mine, stranger.key],
    [mine, live],
    [{ numberId: mine.numberId, orderId: other.orderId }, key],
    [{ numberId: '99999999', orderId: mine.orderId }, key],
  ] as const) {
    assertFailure(await ask('number-delete', { numberId: ids.numberId, orderId: ids.orderId }, as), 900200)
  }
  assert.equal((await ask('number-list', {}, key)).data.length, 2)
  assert.deepEqual((await ask('number-list', {}, stranger.key)).data, [])
})

test('what cannot be bought is a failure without data, as 200 by default and as true 4xx when the operator wants those', async () => {
  await ask('buy', { faxNumber: '+12125550170' })
  await truthful.call('/v1/customer/inbound/buy', { faxNumber: '+12125550170' })
  const cases: readonly [path: string, body: object, code: number, httpStatus: number][] = [
    ['buy', { faxNumber: '+12125550170' }, 900201, 409],
    ['search', { faxNumber: '+12125550170' }, 900201, 409],
    ['buy', { faxNumber: '+12126661234' }, 900204, 422],
    ['search', { faxNumber: '+12126661234' }, 900204, 422],
    ['buy', { faxNumber: 'twelve' }, -2075, 422],
    ['buy', {}, 900121, 400],
    ['numbers', { id: 'nowhere' }, 900204, 422],
    ['numbers', {}, 900121, 400],
    ['number-delete', { numberId: '1', orderId: '2' }, 900200, 404],
    ['number-delete', { numberId: 'x', orderId: '2' }, 900120, 400],
    ['number-delete', { numberId: '1' }, 900121, 400],
  ]
  for (const [path, body, code, httpStatus] of cases) {
    assertFailure(await ask(path, body), code)
    assertFailure(await truthful.call(`/v1/customer/inbound/${path}`, body), code, httpStatus)
  }
})

test('a refusal names the fields as an iFax client writes them', async () => {
  const reply = await ask('buy', { faxNumber: 'twelve' })
  assert.equal(reply.field, 'faxNumber')
  assert.equal(reply.message, 'INVALID_NUMBER_FORMAT')
})

test('without a carrier for live keys the catalogue says so plainly, and the list is still answered', async () => {
  const { scope } = await fresh()
  const live = await server.makeKey({ ...scope, mode: 'live' })
  for (const [path, body] of [
    ['area-list', { abbreviation: 'US' }],
    ['numbers', { id: '1' }],
    ['search', { faxNumber: '+12126661234' }],
    ['buy', { faxNumber: '+12126661234' }],
  ] as const) {
    const reply = await ask(path, body, live)
    assertFailure(reply, 900205)
    assert.match(reply.message, /No carrier that sells numbers is configured/)
  }
  assert.deepEqual((await ask('number-list', {}, live)).data, [])
})

test('a carrier that does not answer is a true 503 in either setting', async () => {
  for (const strictHttp200 of [true, false]) {
    const shop = new ShopCarrier()
    const shopping = await testIFaxServer({ ifax: { strictHttp200 }, services: { carriers: [shop.source] } })
    const live = await shopping.makeKey({ ...shopping.scope, mode: 'live' })
    const buy = () =>
      shopping.call('/v1/customer/inbound/buy', { faxNumber: '+12026660001' }, { accessToken: live })
    shop.failing = { error: refused('down'), sold: true }
    assertFailure(await buy(), 11013, 503)
    const list = await shopping.call('/v1/customer/inbound/number-list', {}, { accessToken: live })
    assert.deepEqual(list.data, [], 'one that is being ordered is not owned yet')
    await shopping.services.clock.advance(60_000)
    assert.equal((await buy()).status, 1, 'the client sends it again, and gets what it bought')
    assert.deepEqual(shop.sold, ['+12026660001'])
  }
})

test('reading and writing numbers need their scopes', async () => {
  const { scope } = await fresh()
  const reader = await server.makeKey(scope, ['numbers:read'])
  const other = await server.makeKey(scope, ['faxes:read', 'inbound:read'])
  assert.equal((await ask('number-list', {}, reader)).status, 1)
  assertFailure(await ask('number-list', {}, other), -2074)
  assertFailure(await ask('buy', { faxNumber: '+12125550180' }, reader), -2074)
  assertFailure(await ask('number-delete', { numberId: '1', orderId: '2' }, reader), -2074)
})
