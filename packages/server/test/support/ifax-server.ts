import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after } from 'node:test'
import { createHttpOut } from '../../src/adapters/http-out/http-out.ts'
import { type IFaxOptions, registerIFax } from '../../src/adapters/ifax/register.ts'
import { createApp } from '../../src/adapters/web/app.ts'
import { createApiKey } from '../../src/application/api-keys/create-api-key.ts'
import type { Services } from '../../src/application/services.ts'
import type { KeyScope } from '../../src/domain/access/api-key.ts'
import type { Scope } from '../../src/ports/store/scope.ts'
import { testDatabase } from './database.ts'
import { ACTOR, createTestServices, TEST_POLICY, type TestServices } from './services.ts'

/** A reply as an iFax client sees it. */
export interface IFaxReply {
  readonly httpStatus: number
  readonly status: number
  readonly message: string
  readonly code?: number
  readonly jobId?: number
  // biome-ignore lint/suspicious/noExplicitAny: every route has another shape, and each test asserts the one it expects.
  readonly data?: any
  readonly detail?: string
  readonly field?: string
}

export interface IFaxServer {
  readonly services: TestServices
  readonly port: number
  readonly url: string
  readonly scope: Scope
  /** Has every scope. */
  readonly key: string
  makeKey(scope: Scope, scopes?: readonly KeyScope[]): Promise<string>
  /** Sends bytes as they are and reads the one reply. */
  raw(bytes: string | Buffer): Promise<IFaxReply>
  /** A well-behaved JSON client. */
  call(path: string, body?: object, headers?: Record<string, string>, method?: string): Promise<IFaxReply>
}

/** Virtual time runs on while a busy machine answers a query; no lease may end because of that. */
export const PATIENT_POLICY = { ...TEST_POLICY, leaseMs: 3_600_000 }

/** The iFax face on a real socket, over a database of the calling file's own. Closed when the file's tests have ended. */
export async function testIFaxServer(
  given: { readonly ifax?: IFaxOptions; readonly services?: Partial<Services> } = {},
): Promise<IFaxServer> {
  const database = await testDatabase()
  const services = await createTestServices(database, {
    httpOut: createHttpOut(),
    policy: PATIENT_POLICY,
    ...given.services,
  })
  const app = await createApp(services)
  registerIFax(app, services, given.ifax)
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  after(async () => {
    await app.close()
    await services.close()
  })
  const scope = await services.addAccount()
  const makeKey = async (of: Scope, scopes?: readonly KeyScope[]) =>
    (await createApiKey(services, of, ACTOR, { name: 'Test', ...(scopes ? { scopes } : {}) })).secret
  const key = await makeKey(scope)
  const port = Number(new URL(url).port)
  return {
    services,
    port,
    url,
    scope,
    key,
    makeKey,
    raw: (bytes) => exchange(port, bytes),
    call: async (path, body = {}, headers = {}, method = 'POST') => {
      const response = await fetch(`${url}${path}`, {
        method,
        headers: { accessToken: key, 'content-type': 'application/json', ...headers },
        ...(method === 'GET' ? {} : { body: JSON.stringify(body) }),
      })
      return { httpStatus: response.status, ...((await response.json()) as object) } as IFaxReply
    },
  }
}

/** One request on a connection of its own. */
function exchange(port: number, bytes: string | Buffer): Promise<IFaxReply> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    let received = Buffer.alloc(0)
    socket.on('error', reject)
    socket.on('data', (part: Buffer) => {
      received = Buffer.concat([received, part])
      const reply = wholeReply(received)
      if (!reply) return
      socket.destroy()
      resolve(reply)
    })
    socket.on('close', () => reject(new Error('The server closed before a whole reply came.')))
    socket.write(bytes)
  })
}

/** Skips `100 Continue`; `undefined` until the body is as long as Content-Length says. */
function wholeReply(received: Buffer): IFaxReply | undefined {
  const text = received.toString('latin1')
  const interim = /^HTTP\/1\.1 100 [^\r]*\r\n\r\n/.exec(text)
  if (interim) return wholeReply(received.subarray(interim[0].length))
  const end = text.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const length = Number(/\r\ncontent-length: (\d+)/i.exec(text)?.[1])
  const body = received.subarray(end + 4)
  if (body.length < length) return undefined
  assert.match(text, /\r\ncontent-type: application\/json/i)
  const httpStatus = Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1])
  return { httpStatus, ...JSON.parse(body.toString('utf8')) }
}
