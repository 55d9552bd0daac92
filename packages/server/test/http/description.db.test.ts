import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Validator } from '@seriousme/openapi-schema-validator'
import { PROBLEMS } from '../../src/domain/problem/problem.ts'
import { ask, testHttpServer } from '../support/http.ts'

const server = await testHttpServer()
const document = (await (await fetch(`${server.url}/openapi.json`)).json()) as Document

interface Document {
  readonly openapi: string
  readonly paths: Record<string, Record<string, Operation>>
  readonly components: { readonly schemas: Record<string, { readonly properties: object }> }
}

interface Operation {
  readonly operationId: string
  readonly summary?: string
  readonly responses: Record<string, { content?: Record<string, { examples?: Record<string, unknown> }> }>
}

const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
)

test('/openapi.json is valid OpenAPI 3.1', async () => {
  const result = await new Validator().validate(JSON.parse(JSON.stringify(document)))
  assert.ok(result.valid, JSON.stringify(result.errors))
  assert.equal(document.openapi, '3.1.0')
})

test('every route is described, once, with a summary, and every reference leads somewhere', () => {
  const served = server.app.routeTable
    .filter(({ config }) => !config?.undocumented)
    .flatMap(({ method, url }) => [method].flat().map((each) => `${each} ${url.replace(/:(\w+)/g, '{$1}')}`))
    .filter((route) => !route.startsWith('HEAD'))
  const described = operations.map(({ path, method }) => `${method.toUpperCase()} ${path}`)
  assert.deepEqual(described.sort(), served.sort())
  assert.equal(new Set(operations.map(({ operation }) => operation.operationId)).size, operations.length)
  for (const { path, method, operation } of operations) assert.ok(operation.summary, `${method} ${path}`)
  for (const [, name] of JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
    assert.ok(document.components.schemas[name!], name)
  }
})

test('every refusal a keyed route may give is there with an example of its code', () => {
  for (const { path, method, operation } of operations.filter(({ path }) => path.startsWith('/v2/'))) {
    for (const status of ['401', '403', '429', '500', '503']) {
      assert.ok(operation.responses[status], `${method} ${path} ${status}`)
    }
    for (const [status, response] of Object.entries(operation.responses)) {
      if (Number(status) < 400) continue
      const examples = response.content?.['application/problem+json']?.examples ?? {}
      assert.ok(Object.keys(examples).length > 0, `${method} ${path} ${status}`)
      for (const code of Object.keys(examples)) assert.ok(code in PROBLEMS, code)
    }
  }
})

test('real replies have the shape the document gives them', async () => {
  const response = await server.fetch('/v2/account')
  const reply = await response.json()
  assert.deepEqual(
    Object.keys(reply).sort(),
    Object.keys(document.components.schemas.Account!.properties).sort(),
  )
})

test('whoever opens the address of the server or an invitation in a browser is told what there is', async () => {
  for (const path of ['/', '/invitation']) {
    const page = await fetch(server.url + path)
    assert.equal(page.status, 200, path)
    assert.match(page.headers.get('content-type')!, /^text\/html/)
    const links = [...(await page.text()).matchAll(/href="([^"]+)"/g)].map(([, link]) => link!)
    assert.ok(links.length >= 3)
    for (const link of links) assert.equal((await fetch(server.url + link)).status, 200, link)
  }
})

test('/docs is the reader with its own script, and its policy lets nothing else run', async () => {
  const page = await fetch(`${server.url}/docs`)
  const html = await page.text()
  assert.equal(page.status, 200)
  assert.match(html, /src="\/docs\/js\/scalar\.js"/)
  assert.ok(
    !/https?:\/\/(?!127\.0\.0\.1)/.test(html.replace(/xmlns="[^"]*"/g, '')),
    'no address of another host',
  )
  const policy = page.headers.get('content-security-policy')!
  assert.match(policy, /script-src 'self' 'sha256-/)
  assert.ok(!/script-src[^;]*unsafe/.test(policy))
  const script = await fetch(`${server.url}/docs/js/scalar.js`)
  assert.equal(script.status, 200)
  assert.match(script.headers.get('content-type')!, /javascript/)
})

test('/llms.txt and /docs/errors are served, and a problem points into the latter', async () => {
  assert.match(await (await fetch(`${server.url}/llms.txt`)).text(), /^# Answerback/)
  const problem = await (await ask(`${server.url}/v2/faxes`)).json()
  const page = await (await fetch(new URL(problem.docUrl, server.url))).text()
  for (const code of Object.keys(PROBLEMS)) assert.ok(page.includes(`<section id="${code}">`), code)
})

test('probes tell the state of each dependency, and metrics name no number, key or account', async () => {
  assert.deepEqual(await (await fetch(`${server.url}/healthz`)).json(), { status: 'ok' })
  const ready = await (await ask(`${server.url}/readyz`)).json()
  assert.deepEqual(Object.keys(ready.checks), ['database', 'documentStore', 'renderer'])
  await server.fetch('/v2/faxes?number=%2B12025550142')
  const metrics = await (await fetch(`${server.url}/metrics`)).text()
  assert.match(
    metrics,
    /answerback_http_request_duration_seconds_count\{method="GET",route="\/v2\/faxes",status="200"\} 1/,
  )
  assert.ok(!/2025550142|acc_|key_/.test(metrics))
})
