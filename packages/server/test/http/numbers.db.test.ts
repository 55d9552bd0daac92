import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testHttpServer } from '../support/http.ts'

const server = await testHttpServer()
const liveScope = { ...server.scope, mode: 'live' as const }
const liveKey = await server.makeKey(liveScope)

async function ask(method: string, path: string, body?: object, key = server.key, headers = {}) {
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, text, body: text === '' ? undefined : JSON.parse(text) }
}

test('from an area to a number of one’s own', async () => {
  const areas = await ask('GET', '/v2/numbers/areas?country=US&region=NY')
  assert.equal(areas.status, 200)
  const area = areas.body.data.find(({ prefix }: { prefix: string }) => prefix === '212')
  assert.deepEqual(area, { id: 'US-NY-212', prefix: '212', country: 'US', region: 'NY' })
  const offers = await ask('GET', `/v2/numbers/available?areaId=${area.id}`)
  const { number, simulated, carrier } = offers.body.data[0]
  assert.deepEqual([number, simulated, carrier], ['+12125550150', true, 'sandbox'])
  const bought = await ask('POST', '/v2/numbers', { number })
  assert.equal(bought.status, 201)
  assert.match(bought.body.id, /^num_/)
  assert.deepEqual(
    [bought.body.number, bought.body.status, bought.body.simulated, bought.body.livemode],
    [number, 'active', true, false],
  )
  assert.ok(Number.isSafeInteger(bought.body.numericId))
  assert.match(bought.body.orderId, /^\d{19}$/)
  assert.deepEqual((await ask('GET', `/v2/numbers/${bought.body.id}`)).body, bought.body)
  const again = await ask('GET', `/v2/numbers/available?areaId=${area.id}`)
  assert.ok(!again.text.includes(number), 'what is owned is not for sale')
  assert.deepEqual((await ask('GET', `/v2/numbers/available?number=%2B12125550150`)).body.data, [])
  assert.equal((await ask('GET', `/v2/numbers/available?number=%2B12125550151`)).body.data.length, 1)
  assert.equal((await ask('POST', '/v2/numbers', { number })).body.code, 'number.owned')
})

test('areas are those of a country or one region, and nothing where the sandbox has none', async () => {
  const count = async (query: string) => (await ask('GET', `/v2/numbers/areas?${query}`)).body.data.length
  assert.ok((await count('')) > 250, 'the United States when nothing is named')
  assert.ok((await count('country=CA')) > 40)
  assert.equal(await count('country=CA&region=PE'), 2)
  assert.equal(await count('country=CA&region=NY'), 0)
  assert.equal(await count('country=GB'), 0)
})

test('a POST that is sent twice with one Idempotency-Key buys once and is answered alike', async () => {
  const buy = () =>
    ask('POST', '/v2/numbers', { number: '+12135550150' }, server.key, { 'idempotency-key': 'z1' })
  const [first, second] = [await buy(), await buy()]
  assert.deepEqual([first.status, second.status], [201, 201])
  assert.deepEqual(second.body, first.body)
  const other = await ask('POST', '/v2/numbers', { number: '+12135550151' }, server.key, {
    'idempotency-key': 'z1',
  })
  assert.equal(other.body.code, 'idempotency.key_reused')
})

test('what is said about a number is kept, checked, and taken away with null', async () => {
  const { body: made } = await ask('POST', '/v2/numbers', { number: '+13125550160' })
  const path = `/v2/numbers/${made.id}`
  const mailbox = await server.services.store.asAccount(server.scope, (tx) =>
    tx.mailboxes.insert({
      id: server.services.random.id('mbx'),
      isDefault: false,
      name: 'Radiology',
      department: 'Radiology',
      owner: 'admin',
      escalateTo: null,
      urgentMinutes: 60,
      normalMinutes: 1440,
      notifySealed: null,
      createdAt: new Date(),
      updatedAt: new Date(),
    }),
  )
  const wanted = {
    label: 'Front desk',
    department: 'Radiology',
    callerId: '(312) 555-0199',
    headerText: 'Zebra Clinic Radiology',
    mailboxId: mailbox!.id,
  }
  const set = await ask('PATCH', path, wanted)
  assert.equal(set.status, 200, set.text)
  const { label, department, callerId, headerText, mailboxId } = set.body
  assert.deepEqual(
    { label, department, callerId, headerText, mailboxId },
    { ...wanted, callerId: '+13125550199' },
  )
  const less = await ask('PATCH', path, { headerText: null, mailboxId: null })
  assert.deepEqual([less.body.label, less.body.headerText, less.body.mailboxId], ['Front desk', null, null])
  const stranger = await server.services.addAccount()
  const foreign = await server.services.store.asAccount(stranger, (tx) =>
    tx.mailboxes.insert({ ...mailbox!, id: server.services.random.id('mbx') }),
  )
  for (const [body, code, field] of [
    [{ mailboxId: foreign!.id }, 'request.invalid', 'mailboxId'],
    [{ mailboxId: 'mbx_nothing' }, 'request.invalid', 'mailboxId'],
    [{ callerId: 'me' }, 'number.invalid', 'callerId'],
    [{ headerText: 'a\nb' }, 'request.invalid', 'headerText'],
    [{ label: 'x'.repeat(81) }, 'request.invalid', 'label'],
    [{ lable: 'x' }, 'request.unknown_field', 'lable'],
  ] as const) {
    const refused = await ask('PATCH', path, body)
    assert.deepEqual([refused.body.code, refused.body.field], [code, field])
  }
})

test('a released number is gone from the list, and still there when asked for', async () => {
  const { body: made } = await ask('POST', '/v2/numbers', { number: '+14155550170' })
  const path = `/v2/numbers/${made.id}`
  assert.equal((await ask('DELETE', path)).status, 204)
  assert.equal((await ask('DELETE', path)).status, 404)
  assert.equal((await ask('PATCH', path, { label: 'x' })).status, 404)
  assert.equal((await ask('GET', path)).body.status, 'released')
  assert.ok(!(await ask('GET', '/v2/numbers?limit=100')).text.includes(made.id))
  assert.ok((await ask('GET', '/v2/numbers?limit=100&released=true')).text.includes(made.id))
})

test('the list goes through all pages, newest first, without a gap or a double', async () => {
  const key = await server.makeKey(await server.services.addAccount())
  const bought: string[] = []
  for (let last = 50; last < 55; last += 1) {
    const { body } = await ask('POST', '/v2/numbers', { number: `+161755501${last}` }, key)
    bought.unshift(body.id)
    await server.services.clock.advance(1)
  }
  const seen: string[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const { body } = await ask('GET', `/v2/numbers?limit=2${cursor && `&cursor=${cursor}`}`, undefined, key)
    seen.push(...body.data.map(({ id }: { id: string }) => id))
    cursor = body.nextCursor
  }
  assert.deepEqual(seen, bought)
  assert.equal((await ask('GET', '/v2/numbers?cursor=zebra', undefined, key)).body.field, 'cursor')
})

test('what cannot be bought is refused with its reason', async () => {
  for (const [body, code] of [
    [{ number: 'twelve' }, 'number.invalid'],
    [{ number: '+12125550101' }, 'number.not_offered'],
    [{ number: '+12125550149' }, 'number.not_offered'],
    [{ number: '+12126661234' }, 'number.not_offered'],
    [{ number: '+19115550150' }, 'number.not_offered'],
    [{ number: '+442079460000' }, 'number.not_offered'],
    [{}, 'request.missing_field'],
  ] as const) {
    assert.equal((await ask('POST', '/v2/numbers', body)).body.code, code)
  }
  assert.equal((await ask('GET', '/v2/numbers/available')).body.code, 'request.missing_field')
  assert.equal((await ask('GET', '/v2/numbers/available?areaId=US-NY-999')).body.code, 'number.not_offered')
  assert.equal(
    (await ask('GET', '/v2/numbers/available?areaId=US-NY-212&number=%2B12125550151')).body.code,
    'request.invalid',
  )
})

test('without a carrier for live keys, buying and looking say so', async () => {
  for (const [method, path, body] of [
    ['GET', '/v2/numbers/areas', undefined],
    ['GET', '/v2/numbers/available?areaId=x', undefined],
    ['POST', '/v2/numbers', { number: '+12125550150' }],
  ] as const) {
    const refused = await ask(method, path, body, liveKey)
    assert.deepEqual([refused.status, refused.body.code], [409, 'number.no_carrier'])
  }
  assert.deepEqual((await ask('GET', '/v2/numbers', undefined, liveKey)).body.data, [])
})

test('another account, the other mode and a reading key can do nothing to a number', async () => {
  const { body: made } = await ask('POST', '/v2/numbers', { number: '+12065550180' })
  const path = `/v2/numbers/${made.id}`
  const stranger = await server.makeKey(await server.services.addAccount())
  for (const key of [stranger, liveKey]) {
    for (const [method, body] of [['GET'], ['PATCH', { label: 'x' }], ['DELETE']] as const) {
      const refused = await ask(method, path, body, key)
      assert.deepEqual([refused.status, refused.body.code], [404, 'number.not_found'])
    }
  }
  // The sandbox sells the same simulated number to each account.
  assert.equal((await ask('POST', '/v2/numbers', { number: '+12065550180' }, stranger)).status, 201)
  const reader = await server.makeKey(server.scope, { scopes: ['numbers:read'] })
  assert.equal((await ask('GET', path, undefined, reader)).status, 200)
  for (const [method, where, body] of [
    ['POST', '/v2/numbers', { number: '+12065550181' }],
    ['PATCH', path, { label: 'x' }],
    ['DELETE', path, undefined],
  ] as const) {
    assert.equal((await ask(method, where, body, reader)).status, 403)
  }
})
