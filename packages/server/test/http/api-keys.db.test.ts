import assert from 'node:assert/strict'
import { test } from 'node:test'
import { revokeApiKey } from '../../src/application/api-keys/revoke-api-key.ts'
import { WORKER } from '../../src/application/record-change.ts'
import { json, type ReplyBody, testHttpServer } from '../support/http.ts'

const server = await testHttpServer()
const as = (key: string) => ({ headers: { authorization: `Bearer ${key}` } })

async function make(body: object): Promise<ReplyBody> {
  const response = await server.fetch('/v2/api-keys', json({ name: 'Made', ...body }))
  const made = await response.json()
  assert.equal(response.status, 201, JSON.stringify(made))
  return made
}

test('a made key works, is told once, and is stored as a hash', async () => {
  const made = await make({ scopes: ['faxes:read'] })
  assert.equal((await server.fetch('/v2/faxes', as(made.secret))).status, 200)
  const read = await (await server.fetch(`/v2/api-keys/${made.id}`)).json()
  assert.equal(read.hint, made.secret.slice(-4))
  assert.ok(!('secret' in read) && !('hash' in read))
})

test('a revoked key is refused at once', async () => {
  const made = await make({})
  assert.equal((await server.fetch('/v2/faxes', as(made.secret))).status, 200)
  const revoked = await server.fetch(`/v2/api-keys/${made.id}`, { method: 'DELETE' })
  assert.ok((await revoked.json()).revokedAt)
  assert.equal((await server.fetch('/v2/faxes', as(made.secret))).status, 401)
})

test('a process that did not revoke the key refuses it within five seconds', async () => {
  const made = await make({})
  assert.equal((await server.fetch('/v2/faxes', as(made.secret))).status, 200)
  await revokeApiKey(server.services, server.scope, WORKER, made.id)
  assert.equal((await server.fetch('/v2/faxes', as(made.secret))).status, 200)
  await server.services.clock.advance(5000)
  assert.equal((await server.fetch('/v2/faxes', as(made.secret))).status, 401)
})

test('a key held to other addresses is refused at once, and none can lock itself out', async () => {
  const made = await make({ scopes: ['keys:manage', 'faxes:read'] })
  const limit = (key: string, allowedAddresses: readonly string[] | null) =>
    server.fetch(`/v2/api-keys/${made.id}`, {
      ...json({ allowedAddresses }, as(key).headers),
      method: 'PATCH',
    })
  const refused = await limit(made.secret, ['203.0.113.0/24'])
  assert.equal(refused.status, 400)
  assert.equal((await refused.json()).field, 'allowedAddresses')
  assert.equal((await limit(made.secret, ['127.0.0.0/8', '::1'])).status, 200)
  assert.equal((await server.fetch('/v2/faxes', as(made.secret))).status, 200)
  const other = await make({ scopes: ['keys:manage', 'faxes:read'] })
  assert.equal((await limit(other.secret, ['203.0.113.0/24'])).status, 200)
  assert.equal((await server.fetch('/v2/faxes', as(made.secret))).status, 403)
})

test('a rotated key works beside its successor until the overlap ends', async () => {
  const old = await make({ scopes: ['faxes:read'] })
  const rotation = await server.fetch(`/v2/api-keys/${old.id}/rotate`, json({ overlapHours: 2 }))
  const next = await rotation.json()
  assert.equal(rotation.status, 201)
  assert.deepEqual(next.scopes, ['faxes:read'])
  await server.services.clock.advance(7_100_000)
  assert.equal((await server.fetch('/v2/faxes', as(old.secret))).status, 200)
  assert.equal((await server.fetch('/v2/faxes', as(next.secret))).status, 200)
  await server.services.clock.advance(200_000)
  assert.equal((await server.fetch('/v2/faxes', as(old.secret))).status, 401)
  assert.equal((await server.fetch('/v2/faxes', as(next.secret))).status, 200)
  const read = await (await server.fetch(`/v2/api-keys/${old.id}`)).json()
  assert.equal(read.replacedBy, next.id)
})

test('a key expires to the millisecond, though it was remembered', async () => {
  const expiresAt = new Date(server.services.clock.now() + 1000).toISOString()
  const made = await make({ expiresAt })
  assert.equal((await server.fetch('/v2/faxes', as(made.secret))).status, 200)
  await server.services.clock.advance(1000)
  assert.equal((await server.fetch('/v2/faxes', as(made.secret))).status, 401)
})

test('nobody makes a key that may do more than their own', async () => {
  const manager = await make({ scopes: ['keys:manage'] })
  const beyond = await server.fetch(
    '/v2/api-keys',
    json({ name: 'More', scopes: ['faxes:write'] }, as(manager.secret).headers),
  )
  assert.equal(beyond.status, 403)
  assert.equal((await beyond.json()).field, 'scopes')
  const raised = await server.fetch(`/v2/api-keys/${manager.id}`, {
    ...json({ scopes: ['faxes:write'] }, as(manager.secret).headers),
    method: 'PATCH',
  })
  assert.equal(raised.status, 403)
  const all = await (await server.fetch('/v2/api-keys')).json()
  const strong = all.data.find((key) => key.name === 'Test')!
  const taken = await server.fetch(`/v2/api-keys/${strong.id}/rotate`, json({}, as(manager.secret).headers))
  assert.equal(taken.status, 403, 'rotation tells a secret, so it is no way round')
})

test('a key makes, changes and rotates none that works longer than it does, or from elsewhere', async () => {
  const { clock } = server.services
  const soon = new Date(clock.now() + 3_600_000).toISOString()
  const late = new Date(clock.now() + 7_200_000).toISOString()
  const here = ['127.0.0.0/8', '2001:db8::/32']
  const bound = await make({ expiresAt: soon, allowedAddresses: here })
  const free = await make({})
  const { headers } = as(bound.secret)
  const ask = async (path: string, body: object, method = 'POST') => {
    const reply = await server.fetch(path, { ...json(body, headers), method })
    const told = (await reply.json()) as ReplyBody & { expiresAt: string; allowedAddresses: string[] }
    return reply.status < 300 ? told : `${told.code} ${told.field}`
  }
  const child = await ask('/v2/api-keys', { name: 'Child' })
  assert.ok(typeof child !== 'string')
  assert.deepEqual([child.expiresAt, child.allowedAddresses], [soon, here], 'bound as its maker is')
  const outlives = 'auth.forbidden expiresAt'
  const elsewhere = 'auth.forbidden allowedAddresses'
  assert.equal(await ask('/v2/api-keys', { name: 'Late', expiresAt: late }), outlives)
  for (const allowedAddresses of [
    null,
    ['127.0.0.0/7'],
    ['127.0.0.1', '192.0.2.1'],
    ['2001:db8::/31'],
    ['::/0'],
  ])
    assert.equal(await ask('/v2/api-keys', { name: 'Far', allowedAddresses }), elsewhere)
  assert.ok(
    typeof (await ask('/v2/api-keys', { name: 'Near', allowedAddresses: ['127.0.0.9'] })) !== 'string',
  )

  const own = `/v2/api-keys/${bound.id}`
  assert.equal(await ask(own, { expiresAt: null }, 'PATCH'), outlives)
  assert.equal(await ask(own, { expiresAt: late }, 'PATCH'), outlives)
  assert.equal(await ask(own, { allowedAddresses: null }, 'PATCH'), elsewhere)
  assert.equal(await ask(`/v2/api-keys/${child.id}`, { allowedAddresses: ['0.0.0.0/0'] }, 'PATCH'), elsewhere)
  assert.equal(await ask(`/v2/api-keys/${free.id}/rotate`, {}), outlives, 'rotation tells a secret')
  assert.ok(typeof (await ask(own, { name: 'Renamed' }, 'PATCH')) !== 'string')
  assert.ok(typeof (await ask(`${own}/rotate`, {})) !== 'string')
  assert.ok(typeof (await ask(`/v2/api-keys/${free.id}`, { name: 'Other' }, 'PATCH')) !== 'string')
  assert.equal((await server.fetch(own, { ...json({ expiresAt: null }), method: 'PATCH' })).status, 200)
})

test('use of a key is written at most once a minute', async () => {
  const made = await make({ scopes: ['faxes:read'] })
  const usedAt = async () => (await (await server.fetch(`/v2/api-keys/${made.id}`)).json()).lastUsedAt
  const start = server.services.clock.now()
  await server.fetch('/v2/faxes', as(made.secret))
  while ((await usedAt()) === null) await new Promise((resolve) => setTimeout(resolve, 5))
  await server.services.clock.advance(30_000)
  await server.fetch('/v2/faxes', as(made.secret))
  assert.equal(await usedAt(), new Date(start).toISOString())
  await server.services.clock.advance(31_000)
  await server.fetch('/v2/faxes', as(made.secret))
  while ((await usedAt()) === new Date(start).toISOString())
    await new Promise((resolve) => setTimeout(resolve, 5))
})
