import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { test } from 'node:test'
import { answerClientError } from '../../src/adapters/web/client-error.ts'

test('a connection whose request never came is let go of at once, though its client keeps its end open', {
  timeout: 10_000,
}, async (context) => {
  const server = createServer({ allowHalfOpen: true })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // Reads nothing and never ends: whoever holds connections open does just that.
  const client = connect({ port: (server.address() as AddressInfo).port, allowHalfOpen: true })
  const [socket] = (await once(server, 'connection')) as [Socket]
  context.after(() => {
    for (const each of [client, socket]) each.destroy()
    server.close()
  })
  const gone = once(socket, 'close')
  answerClientError(Object.assign(new Error('late'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }), socket)
  await gone
  let told = ''
  client.on('data', (chunk) => {
    told += chunk
  })
  await once(client, 'end')
  assert.match(told, /^HTTP\/1\.1 408 Request Timeout\r\n/)
  assert.match(told, /Connection: close/)
})
