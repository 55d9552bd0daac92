import assert from 'node:assert/strict'
import { test } from 'node:test'
import { registerNativeApi } from '../../src/adapters/http/register.ts'
import { createMetrics } from '../../src/adapters/metrics/metrics.ts'
import { createApp } from '../../src/adapters/web/app.ts'
import { DEFAULT_WEB_OPTIONS } from '../../src/adapters/web/web-app.ts'
import { testHttpServer } from '../support/http.ts'

const server = await testHttpServer()

async function statusOf(metricsReaders: readonly string[], from: string, trustedProxies: string[] = []) {
  const options = { ...DEFAULT_WEB_OPTIONS, trustedProxies }
  const app = await createApp(server.services, options)
  const metrics = createMetrics()
  registerNativeApi(app, { services: server.services, options, metrics, metricsReaders, version: '0.0.0' })
  const headers = { 'x-forwarded-for': from }
  const reply = await app.inject({ url: '/metrics', remoteAddress: trustedProxies[0] ?? from, headers })
  await app.close()
  return reply
}

test('metrics are for those whose address the operator names, and for nobody else', async () => {
  const here = ['127.0.0.0/8', '::1/128']
  const reply = await statusOf(here, '127.0.0.1')
  assert.equal(reply.statusCode, 200)
  assert.match(reply.body, /^answerback_process_cpu_seconds_total /m)
  assert.equal((await statusOf(['198.51.100.0/28'], '198.51.100.3')).statusCode, 200)
  const refused = await statusOf(here, '198.51.100.3')
  assert.equal(refused.statusCode, 404)
  assert.match(refused.json().detail, /ANSWERBACK_METRICS_FROM/)
  assert.doesNotMatch(refused.body, /answerback_process/)
})

test('behind a proxy on this machine it is the caller who counts', async () => {
  const here = ['127.0.0.0/8']
  assert.equal((await statusOf(here, '198.51.100.3', ['127.0.0.1'])).statusCode, 404)
  assert.equal((await statusOf(['198.51.100.3'], '198.51.100.3', ['127.0.0.1'])).statusCode, 200)
})
