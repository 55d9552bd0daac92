import assert from 'node:assert/strict'
import { test } from 'node:test'
import { json, testHttpServer } from '../support/http.ts'
import { addTrunk } from '../support/trunk-line.ts'

const server = await testHttpServer()

test('a server without a SIP line says so when a trunk is to be tested', async () => {
  const live = { ...server.scope, mode: 'live' as const }
  const id = await addTrunk(server.services, live, { name: 'lone' })
  const headers = { authorization: `Bearer ${await server.makeKey(live)}` }
  const refused = await server.fetch(`/v2/trunks/${id}/test`, json({}, headers))
  assert.equal(refused.status, 409)
  assert.equal((await refused.json()).code, 'line.unavailable')
})
