import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { test } from 'node:test'
import Fastify from 'fastify'
import { ConfigError } from '../src/config/misconfiguration.ts'
import { listen } from '../src/listen.ts'

test('a port that is taken is told by its setting, and with the way out', async () => {
  const holder = createServer().listen(0, '127.0.0.1')
  await once(holder, 'listening')
  const { port } = holder.address() as AddressInfo
  try {
    await assert.rejects(listen(Fastify(), { host: '127.0.0.1', port }), (error: unknown) => {
      assert.ok(error instanceof ConfigError)
      assert.match(error.message, new RegExp(`ANSWERBACK_PORT: 127\\.0\\.0\\.1:${port}: .*Stop it`))
      return true
    })
  } finally {
    holder.close()
  }
})

test('an address of another machine is told by its setting', async () => {
  await assert.rejects(listen(Fastify(), { host: '192.0.2.1', port: 0 }), /ANSWERBACK_HOST: 192\.0\.2\.1:0: /)
})
