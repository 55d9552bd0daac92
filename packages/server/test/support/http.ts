import { after } from 'node:test'
import { registerNativeApi } from '../../src/adapters/http/register.ts'
import { createMetrics } from '../../src/adapters/metrics/metrics.ts'
import { createApp } from '../../src/adapters/web/app.ts'
import { DEFAULT_WEB_OPTIONS, type WebApp, type WebOptions } from '../../src/adapters/web/web-app.ts'
import { createApiKey, type NewApiKey } from '../../src/application/api-keys/create-api-key.ts'
import type { Services } from '../../src/application/services.ts'
import type { Scope } from '../../src/ports/store/scope.ts'
import { testDatabase } from './database.ts'
import { ACTOR, createTestServices, type TestServices } from './services.ts'
import type { TestDatabaseFaces } from './test-server.ts'

/** What tests look at in a reply, whichever reply it is: a field that is not there fails the assertion on it. */
export interface ReplyBody {
  readonly id: string
  readonly jobId: number
  readonly transactionId: number
  readonly textState: string
  readonly from: string | null
  readonly type: string
  readonly status: string | number
  readonly code: string
  readonly field?: string
  readonly detail: string
  readonly title: string
  readonly fix: string
  readonly docUrl: string
  readonly requestId: string
  readonly retryable: boolean
  readonly data: readonly ReplyBody[]
  readonly nextCursor: string | null
  readonly links: { readonly self: string; readonly attempts: string }
  readonly to: string
  readonly livemode: boolean
  readonly name: string
  readonly secret: string
  readonly hint: string
  readonly scopes: readonly string[]
  readonly lastUsedAt: string | null
  readonly revokedAt: string | null
  readonly replacedBy: string | null
  readonly tags: readonly string[]
  readonly priority: number
  readonly clientReference: string | null
  readonly message: string | null
  readonly pageCount: number
  readonly pagesConfirmed: number
  readonly pages: readonly object[]
  readonly nextAttemptAt: string | null
  readonly resendOf: string | null
  readonly disposition: string | null
  readonly sequence: number
  readonly journal: readonly { readonly kind: string }[]
  readonly mediaType: string
  readonly sha256: string
  readonly estimatedSeconds: number
  readonly estimate: ReplyBody
  readonly checks: object
}

export interface Reply extends Response {
  json(): Promise<ReplyBody>
}

/** `fetch`, with replies typed for tests. */
export function ask(url: string, init?: RequestInit): Promise<Reply> {
  return fetch(url, init) as Promise<Reply>
}

export interface HttpServer {
  readonly app: WebApp
  readonly services: TestServices
  readonly database: TestDatabaseFaces
  /** `http://127.0.0.1:…` */
  readonly url: string
  /** Mode test, of an account made for this server. */
  readonly scope: Scope
  /** Has every scope. */
  readonly key: string
  /** Asks with `key` unless the headers say otherwise. */
  fetch(path: string, init?: RequestInit): Promise<Reply>
  makeKey(scope: Scope, wanted?: Partial<NewApiKey>): Promise<string>
}

export interface HttpServerOptions {
  readonly web?: Partial<WebOptions>
  readonly services?: Partial<Services>
  /** Registers another face beside the native API. */
  readonly more?: (app: WebApp, services: Services) => void
}

/** The native API on a real socket, over a database of the calling file's own. Closed when the file's tests have ended. */
export async function testHttpServer(given: HttpServerOptions = {}): Promise<HttpServer> {
  const database = await testDatabase()
  const services = await createTestServices(database, given.services)
  const metrics = createMetrics()
  const options: WebOptions = { ...DEFAULT_WEB_OPTIONS, observe: metrics.observeRequest, ...given.web }
  const app = await createApp(services, options)
  registerNativeApi(app, { services, options, metrics, version: '0.0.0-test' })
  given.more?.(app, services)
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
    database,
    url,
    scope,
    key,
    makeKey,
    fetch: (path, init = {}) =>
      ask(`${url}${path}`, { ...init, headers: { authorization: `Bearer ${key}`, ...init.headers } }),
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
    body.append(name, new Blob([Uint8Array.from(bytes)]), fileName)
  return { method: 'POST', body, headers }
}
