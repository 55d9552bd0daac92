import { after } from 'node:test'
import { registerNativeApi } from '../../src/adapters/http/register.ts'
import { createMetrics } from '../../src/adapters/metrics/metrics.ts'
import { createApp } from '../../src/adapters/web/app.ts'
import { DEFAULT_WEB_OPTIONS, type WebApp, type WebOptions } from '../../src/adapters/web/web-app.ts'
import { createApiKey, type NewApiKey } from '../../src/application/create-api-key.ts'
import type { Services } from '../../src/application/services.ts'
import type { Scope } from '../../src/ports/store.ts'
import { testDatabase } from './database.ts'
import { ACTOR, createTestServices, type TestServices } from './services.ts'

export interface HttpServer {
  readonly app: WebApp
  readonly services: TestServices
  /** `http://127.0.0.1:…` */
  readonly url: string
  /** Mode test, of an account made for this server. */
  readonly scope: Scope
  /** Has every scope. */
  readonly key: string
  /** Asks with `key` unless the headers say otherwise. */
  fetch(path: string, init?: RequestInit): Promise<Response>
  makeKey(scope: Scope, wanted?: Partial<NewApiKey>): Promise<string>
}

export interface HttpServerOptions {
  readonly web?: Partial<WebOptions>
  readonly services?: Partial<Services>
}

/** The native API on a real socket, over a database of the calling file's own. Closed when the file's tests have ended. */
export async function testHttpServer(given: HttpServerOptions = {}): Promise<HttpServer> {
  const services = await createTestServices(await testDatabase(), given.services)
  const metrics = createMetrics()
  const options: WebOptions = { ...DEFAULT_WEB_OPTIONS, observe: metrics.observeRequest, ...given.web }
  const app = await createApp(services, options)
  registerNativeApi(app, { services, options, metrics, version: '0.0.0-test' })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const scope = await services.addAccount()
  const makeKey = async (of: Scope, wanted: Partial<NewApiKey> = {}) =>
    (await createApiKey(services, of, ACTOR, { name: 'Test', ...wanted })).secret
  const key = await makeKey(scope)
  after(async () => {
    await app.close()
    await services.close()
  })
  return {
    app,
    services,
    url,
    scope,
    key,
    makeKey,
    fetch: (path, init = {}) =>
      fetch(`${url}${path}`, { ...init, headers: { authorization: `Bearer ${key}`, ...init.headers } }),
  }
}

export function json(body: unknown, headers: Record<string, string> = {}): RequestInit {
  return {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  }
}

/** A form with text fields and files. */
export function form(
  fields: readonly (readonly [string, string])[],
  files: readonly { readonly name?: string; readonly fileName: string; readonly bytes: Uint8Array }[],
  headers: Record<string, string> = {},
): RequestInit {
  const body = new FormData()
  for (const [name, value] of fields) body.append(name, value)
  for (const { name = 'file', fileName, bytes } of files)
    body.append(name, new Blob([bytes as BlobPart]), fileName)
  return { method: 'POST', body, headers }
}
