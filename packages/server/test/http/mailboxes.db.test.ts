import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Mailer } from '../../src/ports/mailer.ts'
import { testHttpServer } from '../support/http.ts'
import { ownNumber, readReceived, receive } from '../support/received.ts'

const quiet: Mailer = { send: async () => undefined }
const server = await testHttpServer({ services: { mailer: quiet } })
const mute = await testHttpServer()

async function ask(method: string, path: string, body?: object, key = server.key, url = server.url) {
  const response = await fetch(`${url}${path}`, {
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

const make = async (name: string, more: object = {}) =>
  (await ask('POST', '/v2/mailboxes', { name, owner: `${name}-lead`, ...more })).body

test('an account has a default mailbox before anybody made one, and it cannot be deleted', async () => {
  const { body } = await ask('GET', '/v2/mailboxes')
  const [inbox] = body.data
  assert.deepEqual(
    [inbox.name, inbox.isDefault, inbox.owner, inbox.urgentMinutes],
    ['Inbox', true, 'admin', 60],
  )
  const refused = await ask('DELETE', `/v2/mailboxes/${inbox.id}`)
  assert.deepEqual([refused.status, refused.body.code], [409, 'mailbox.is_default'])
  const renamed = await ask('PATCH', `/v2/mailboxes/${inbox.id}`, { name: 'Front desk', owner: 'front-desk' })
  assert.deepEqual([renamed.status, renamed.body.name, renamed.body.isDefault], [200, 'Front desk', true])
})

test('a mailbox is made, read, changed and listed', async () => {
  const made = await ask('POST', '/v2/mailboxes', {
    name: 'Cardiology',
    department: 'Heart centre',
    owner: 'heart-desk',
    escalateTo: 'chief@clinic.example',
    urgentMinutes: 15,
    notify: ['desk@clinic.example', 'desk@clinic.example'],
  })
  assert.equal(made.status, 201)
  const { id, normalMinutes, notify, notices } = made.body
  assert.deepEqual([normalMinutes, notify, notices], [1440, ['desk@clinic.example'], 'on'])
  const escalating = await ask('PATCH', `/v2/mailboxes/${id}`, { notify: [] })
  assert.equal(escalating.body.notices, 'on')
  const changed = await ask('PATCH', `/v2/mailboxes/${id}`, { escalateTo: null })
  assert.deepEqual(
    [changed.body.notices, changed.body.escalateTo, changed.body.department],
    ['off', null, 'Heart centre'],
  )
  assert.deepEqual((await ask('GET', `/v2/mailboxes/${id}`)).body, changed.body)
  const audit = await server.services.store.asAccount(server.scope, (tx) =>
    tx.audit.list({ subjectId: id, limit: 10 }),
  )
  assert.deepEqual(
    audit.map(({ action }) => action),
    ['mailbox.created', 'mailbox.changed', 'mailbox.changed'],
  )
  assert.doesNotMatch(JSON.stringify(audit), /desk@clinic\.example/)
})

test('addresses without a mail server are told as such, so that nobody relies on them', async () => {
  const { body } = await ask(
    'POST',
    '/v2/mailboxes',
    { name: 'Lab', owner: 'lab', notify: ['lab@clinic.example'] },
    mute.key,
    mute.url,
  )
  assert.equal(body.notices, 'not_configured')
})

test('what does not fit is named by its field', async () => {
  await make('Taken')
  for (const [body, code, field] of [
    [{ name: 'A' }, 'request.missing_field', 'owner'],
    [{ name: 'A', owner: 'b', colour: 'red' }, 'request.unknown_field', 'colour'],
    [{ name: 'A\nB', owner: 'b' }, 'request.invalid', 'name'],
    [{ name: 'A', owner: 'b', urgentMinutes: 0 }, 'request.invalid', 'urgentMinutes'],
    [{ name: 'A', owner: 'b', notify: ['a@clinic.example', 'b@c, d@e'] }, 'mailbox.invalid', 'notify[1]'],
    [{ name: 'tAKEN', owner: 'b' }, 'mailbox.invalid', 'name'],
  ] as const) {
    const refused = await ask('POST', '/v2/mailboxes', body)
    assert.deepEqual([refused.body.code, refused.body.field], [code, field])
    assert.doesNotMatch(refused.text, /b@c, d@e|tAKEN/)
  }
  assert.equal((await ask('GET', '/v2/mailboxes/mbx_none')).body.code, 'mailbox.not_found')
  assert.equal((await ask('PATCH', '/v2/mailboxes/mbx_none', { owner: 'x' })).status, 404)
  assert.equal((await ask('DELETE', '/v2/mailboxes/mbx_none')).status, 404)
})

test('an empty mailbox is deleted, and one that holds anything goes to an heir', async () => {
  const empty = await make('Empty')
  assert.equal((await ask('DELETE', `/v2/mailboxes/${empty.id}`)).status, 204)
  const [old, heir] = [await make('Old'), await make('Heir')]
  const numberId = await ownNumber(server.services, server.scope, { mailboxId: old.id })
  const { id } = await receive(server.services, server.scope)
  const route = (
    await ask('POST', '/v2/routes', { name: 'To old', conditions: {}, actions: { mailboxId: old.id } })
  ).body
  const before = await readReceived(server.services, server.scope, id)
  const refused = await ask('DELETE', `/v2/mailboxes/${old.id}`)
  assert.deepEqual(
    [refused.status, refused.body.code, refused.body.field],
    [409, 'mailbox.not_empty', 'heir'],
  )
  for (const wrong of [old.id, 'mbx_none']) {
    const { body } = await ask('DELETE', `/v2/mailboxes/${old.id}?heir=${wrong}`)
    assert.deepEqual([body.code, body.field], ['mailbox.invalid', 'heir'])
  }
  assert.equal((await ask('DELETE', `/v2/mailboxes/${old.id}?heir=${heir.id}`)).status, 204)
  const after = await readReceived(server.services, server.scope, id)
  assert.deepEqual(after, { ...before, mailboxId: heir.id })
  const number = await server.services.store.asAccount(server.scope, (tx) => tx.numbers.get(numberId))
  assert.equal(number?.mailboxId, heir.id)
  assert.equal((await ask('GET', `/v2/routes/${route.id}`)).body.actions.mailboxId, heir.id)
  assert.equal((await ask('DELETE', `/v2/routes/${route.id}`)).status, 204)
  const next = await receive(server.services, server.scope)
  assert.equal(next.mailboxId, heir.id)
})

test('two mailboxes given up at once, each to the other, leave one of them with everything', async () => {
  for (let round = 0; round < 5; round += 1) {
    const [one, two] = [await make(`One ${round}`), await make(`Two ${round}`)]
    const replies = await Promise.all([
      ask('DELETE', `/v2/mailboxes/${one.id}?heir=${two.id}`),
      ask('DELETE', `/v2/mailboxes/${two.id}?heir=${one.id}`),
    ])
    const [done, refused] = replies.sort((a, b) => a.status - b.status)
    assert.equal(done?.status, 204)
    // It is gone, or its heir is.
    assert.ok([404, 422].includes(refused!.status), String(refused?.status))
    const left = (await ask('GET', '/v2/mailboxes')).body.data.map(({ id }: { id: string }) => id)
    assert.equal(left.includes(one.id) !== left.includes(two.id), true)
  }
})

test('a call that comes in while its mailbox is given up lies with the heir', async () => {
  const scope = await server.services.addAccount()
  const key = await server.makeKey(scope)
  let mailboxId = (await ask('POST', '/v2/mailboxes', { name: 'First', owner: 'x' }, key)).body.id
  await ownNumber(server.services, scope, { mailboxId })
  const calls: Promise<{ id: string }>[] = []
  for (let round = 0; round < 6; round += 1) {
    const heir = (await ask('POST', '/v2/mailboxes', { name: `Heir ${round}`, owner: 'x' }, key)).body
    calls.push(receive(server.services, scope, { pages: 0 }), receive(server.services, scope))
    assert.equal(
      (await ask('DELETE', `/v2/mailboxes/${mailboxId}?heir=${heir.id}`, undefined, key)).status,
      204,
    )
    mailboxId = heir.id
  }
  const last = (await ask('POST', '/v2/mailboxes', { name: 'Last', owner: 'x' }, key)).body.id
  const ids = (await Promise.all(calls)).map(({ id }) => id)
  assert.equal((await ask('DELETE', `/v2/mailboxes/${mailboxId}?heir=${last}`, undefined, key)).status, 204)
  for (const id of ids) assert.equal((await readReceived(server.services, scope, id)).mailboxId, last)
})

test('what one account keeps is not there for another, and a key needs the scope', async () => {
  const other = await server.makeKey(await server.services.addAccount())
  const { id } = await make('Ours')
  assert.equal((await ask('GET', `/v2/mailboxes/${id}`, undefined, other)).status, 404)
  const hers = (await ask('POST', '/v2/mailboxes', { name: 'Hers', owner: 'x' }, other)).body
  const refused = await ask('DELETE', `/v2/mailboxes/${hers.id}?heir=${id}`, undefined, other)
  assert.equal(refused.body.field, 'heir')
  const reader = await server.makeKey(server.scope, { scopes: ['numbers:read'] })
  assert.equal((await ask('GET', '/v2/mailboxes', undefined, reader)).status, 200)
  assert.equal((await ask('POST', '/v2/mailboxes', { name: 'X', owner: 'x' }, reader)).status, 403)
})

test('the notices of a mailbox are listed by page, with no address in full', async () => {
  const mailbox = await make('Told', { notify: ['a@clinic.example', 'b@clinic.example', 'c@clinic.example'] })
  await ownNumber(server.services, server.scope, { number: '+12025550175', mailboxId: mailbox.id })
  await receive(server.services, server.scope, { to: '+12025550175' })
  const first = await ask('GET', `/v2/mailboxes/${mailbox.id}/notices?limit=2`)
  assert.equal(first.body.data.length, 2)
  assert.doesNotMatch(first.text, /[abc]@clinic/)
  const rest = await ask('GET', `/v2/mailboxes/${mailbox.id}/notices?cursor=${first.body.nextCursor}`)
  assert.deepEqual([rest.body.data.length, rest.body.nextCursor], [1, null])
  assert.equal((await ask('GET', `/v2/mailboxes/${mailbox.id}/notices?status=failed`)).body.data.length, 0)
  assert.equal((await ask('GET', `/v2/mailboxes/${mailbox.id}/notices?cursor=x`)).body.field, 'cursor')
})
