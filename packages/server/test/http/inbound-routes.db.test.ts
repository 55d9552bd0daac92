import assert from 'node:assert/strict'
import { test } from 'node:test'
import { screenCall } from '../../src/application/receiving/screen-call.ts'
import { testHttpServer } from '../support/http.ts'
import { CALLED, CALLER, ownNumber, readReceived } from '../support/received.ts'

const server = await testHttpServer()

async function ask(method: string, path: string, body?: object, key = server.key) {
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, text, body: text === '' ? undefined : JSON.parse(text) }
}

async function account() {
  const scope = await server.services.addAccount()
  const key = await server.makeKey(scope)
  return { scope, key, ask: (method: string, path: string, body?: object) => ask(method, path, body, key) }
}

const EVERYTHING = {
  name: 'Night referrals',
  position: 5,
  enabled: false,
  conditions: {
    from: ['+12025550171', '+44*'],
    anonymous: false,
    stationId: { contains: 'zebra' },
    barcode: { startsWith: 'REF-' },
    schedule: { timeZone: 'America/New_York', days: ['fri', 'sat'], from: '22:00', to: '06:00' },
  },
  actions: { assignee: 'night-nurse', priority: 'urgent', notify: ['night@clinic.example'] },
}

test('a route with everything it can have comes back as it was sent, and its callers are stored encrypted', async () => {
  const { scope, ask } = await account()
  const numberId = await ownNumber(server.services, scope)
  const { id: mailboxId } = (await ask('POST', '/v2/mailboxes', { name: 'Night', owner: 'x' })).body
  const wanted = { ...EVERYTHING, numberId, actions: { ...EVERYTHING.actions, mailboxId } }
  const made = await ask('POST', '/v2/routes', wanted)
  assert.equal(made.status, 201)
  const { id, createdAt, updatedAt, notices, ...rest } = made.body
  // This server has no mail server.
  assert.equal(notices, 'not_configured')
  assert.deepEqual(rest, wanted)
  assert.ok(createdAt && updatedAt)
  assert.deepEqual((await ask('GET', `/v2/routes/${id}`)).body, made.body)
  const [row] = await server.services.store.asAccount(scope, (tx) => tx.inboundRoutes.list())
  assert.doesNotMatch(JSON.stringify({ ...row, conditionsSealed: null }), /night@|\+44|zebra/)
  assert.ok(!row?.conditionsSealed.includes('+44'))
  const audit = await server.services.store.asAccount(scope, (tx) =>
    tx.audit.list({ subjectId: id, limit: 5 }),
  )
  assert.equal(audit[0]?.action, 'route.created')
  assert.doesNotMatch(JSON.stringify(audit), /night@|\+44|zebra|\+1202/)
})

test('fields that are absent stay, conditions and actions are replaced, and the order is that of the positions', async () => {
  const { ask } = await account()
  const first = (await ask('POST', '/v2/routes', EVERYTHING)).body
  const second = (
    await ask('POST', '/v2/routes', { name: 'All', conditions: {}, actions: { priority: 'urgent' } })
  ).body
  assert.deepEqual([second.position, second.enabled, second.numberId], [100, true, null])
  const changed = await ask('PATCH', `/v2/routes/${first.id}`, {
    position: 200,
    conditions: { anonymous: true },
  })
  assert.deepEqual([changed.body.conditions, changed.body.name], [{ anonymous: true }, EVERYTHING.name])
  assert.deepEqual(changed.body.actions, EVERYTHING.actions)
  const list = (await ask('GET', '/v2/routes')).body.data
  assert.deepEqual(
    list.map(({ id }: { id: string }) => id),
    [second.id, first.id],
  )
  assert.equal((await ask('DELETE', `/v2/routes/${first.id}`)).status, 204)
  assert.equal((await ask('GET', `/v2/routes/${first.id}`)).body.code, 'route.not_found')
})

test('a route that cannot work is refused with the field that is wrong', async () => {
  const { ask } = await account()
  const other = await account()
  const foreign = (await other.ask('POST', '/v2/mailboxes', { name: 'Theirs', owner: 'x' })).body.id
  const plain = { name: 'A', conditions: {}, actions: { priority: 'urgent' } }
  for (const [change, code, field] of [
    [{ actions: undefined }, 'request.missing_field', 'actions'],
    [{ actions: {} }, 'route.invalid', 'actions'],
    [{ conditions: { from: [] } }, 'request.invalid', 'conditions.from'],
    [{ conditions: { from: ['12025550100'] } }, 'route.invalid', 'conditions.from[0]'],
    [{ conditions: { caller: 'x' } }, 'request.unknown_field', 'conditions.caller'],
    [{ actions: { mailboxId: foreign } }, 'route.invalid', 'actions.mailboxId'],
    [{ numberId: 'num_none' }, 'route.invalid', 'numberId'],
    [{ actions: { block: { reason: 'x' } } }, 'route.invalid', 'conditions'],
    [{ actions: { priority: 'high' } }, 'request.invalid', 'actions.priority'],
  ] as const) {
    const refused = await ask('POST', '/v2/routes', { ...plain, ...change })
    assert.deepEqual([refused.body.code, refused.body.field], [code, field])
    assert.ok(refused.body.fix && refused.body.detail)
  }
  const made = (await ask('POST', '/v2/routes', plain)).body
  const refused = await ask('PATCH', `/v2/routes/${made.id}`, { actions: { block: { reason: 'x' } } })
  assert.equal(refused.body.field, 'conditions')
})

test('what a rule would do is told before it does it, and nothing is touched', async () => {
  const { scope, ask } = await account()
  const mailbox = (await ask('POST', '/v2/mailboxes', { name: 'Lab', owner: 'x' })).body
  await ownNumber(server.services, scope, { mailboxId: mailbox.id })
  const coded = (
    await ask('POST', '/v2/routes', {
      name: 'Coded',
      position: 1,
      conditions: { barcode: { startsWith: 'REF-' } },
      actions: { priority: 'urgent' },
    })
  ).body
  const junk = (
    await ask('POST', '/v2/routes', {
      name: 'Junk',
      conditions: { from: ['+1202*'] },
      actions: { block: { reason: 'advertising' } },
    })
  ).body
  const audited = async () =>
    (await server.services.store.asAccount(scope, (tx) => tx.audit.list({ limit: 100 }))).length
  const before = await audited()
  const call = { to: CALLED, from: CALLER }
  const open = (await ask('POST', '/v2/routes/test', call)).body
  assert.deepEqual(open, {
    route: { id: junk.id, name: 'Junk' },
    isFinal: false,
    undecided: [{ route: { id: coded.id, name: 'Coded' }, needs: 'barcode' }],
    call: 'answered',
    outcome: {
      mailboxId: mailbox.id,
      assignee: null,
      priority: 'normal',
      mark: 'spam',
      spamReason: 'advertising',
    },
  })
  const known = (await ask('POST', '/v2/routes/test', { ...call, stationId: null, barcodes: ['REF-1'] })).body
  assert.deepEqual([known.route.id, known.isFinal, known.outcome.priority], [coded.id, true, 'urgent'])
  await ask('PATCH', `/v2/routes/${coded.id}`, { enabled: false })
  const refused = (await ask('POST', '/v2/routes/test', call)).body
  assert.deepEqual([refused.call, refused.outcome, refused.isFinal], ['refused', null, true])
  const none = (await ask('POST', '/v2/routes/test', { to: CALLED, from: null })).body
  assert.deepEqual([none.route, none.outcome.mailboxId], [null, mailbox.id])
  assert.equal(await audited(), before + 1)
  assert.deepEqual((await ask('GET', '/v2/routes/blocked')).body.data, [])
  assert.equal((await ask('POST', '/v2/routes/test', { to: 'nobody', from: null })).body.field, 'to')
})

test('refused calls are listed with their reason, the caller masked without the scope for content', async () => {
  const { scope, ask } = await account()
  const route = (
    await ask('POST', '/v2/routes', {
      name: 'Junk',
      conditions: { from: ['+1202*'] },
      actions: { block: { reason: 'advertising' } },
    })
  ).body
  for (let call = 0; call < 3; call += 1) {
    await server.services.store.asAccount(scope, (tx) =>
      screenCall(server.services, tx, { to: CALLED, from: CALLER }),
    )
  }
  const page = (await ask('GET', '/v2/routes/blocked?limit=2')).body
  assert.deepEqual([page.data.length, page.data[0].from, page.data[0].reason], [2, CALLER, 'advertising'])
  const rest = (await ask('GET', `/v2/routes/blocked?cursor=${page.nextCursor}`)).body
  assert.deepEqual([rest.data.length, rest.nextCursor], [1, null])
  const reader = await server.makeKey(scope, { scopes: ['numbers:read'] })
  const masked = await fetch(`${server.url}/v2/routes/blocked`, {
    headers: { authorization: `Bearer ${reader}` },
  })
  assert.doesNotMatch(await masked.text(), /\+12025550171/)
  // The record outlives its route.
  assert.equal((await ask('DELETE', `/v2/routes/${route.id}`)).status, 204)
  const [kept] = (await ask('GET', '/v2/routes/blocked')).body.data
  assert.deepEqual([kept.routeId, kept.reason], [null, 'advertising'])
})

test('a simulated call is refused by a block and told so, and another is routed with its station id and barcodes', async () => {
  const { scope, ask } = await account()
  await ask('POST', '/v2/routes', {
    name: 'Junk',
    conditions: { from: [CALLER] },
    actions: { block: { reason: 'advertising' } },
  })
  const refused = await ask('POST', '/v2/test/inbound', { to: CALLED, from: CALLER })
  assert.deepEqual([refused.status, refused.body.code], [409, 'inbound.blocked'])
  const faxes = await server.services.store.asAccount(scope, (tx) => tx.received.list({ limit: 5 }))
  assert.deepEqual(faxes, [])
  assert.equal((await ask('GET', '/v2/routes/blocked')).body.data.length, 1)
  const urgent = (
    await ask('POST', '/v2/routes', {
      name: 'By machine',
      conditions: { stationId: { equals: '+12025550172' } },
      actions: { priority: 'urgent', assignee: 'nurse-1' },
    })
  ).body
  const taken = await ask('POST', '/v2/test/inbound', { to: CALLED, from: '+12025550172' })
  assert.equal(taken.status, 201)
  const { routeId, priority, assignee } = await readReceived(server.services, scope, taken.body.id)
  assert.deepEqual([routeId, priority, assignee], [urgent.id, 'urgent', 'nurse-1'])
})

test('reading needs numbers:read and changing numbers:write', async () => {
  const reader = await server.makeKey(server.scope, { scopes: ['numbers:read'] })
  const stranger = await server.makeKey(server.scope, { scopes: ['inbound:read'] })
  const body = { name: 'A', conditions: {}, actions: { priority: 'urgent' } }
  assert.equal((await ask('POST', '/v2/routes', body, reader)).status, 403)
  assert.equal((await ask('POST', '/v2/routes/test', { to: CALLED, from: null }, reader)).status, 200)
  for (const path of ['/v2/routes', '/v2/routes/blocked']) {
    assert.equal((await ask('GET', path, undefined, stranger)).status, 403)
  }
})
