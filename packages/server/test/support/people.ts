import assert from 'node:assert/strict'
import { createMember } from '../../src/application/people/create-member.ts'
import type { Membership, Role } from '../../src/domain/access/roles.ts'
import { hotp } from '../../src/domain/access/totp.ts'
import type { Mode } from '../../src/domain/fax/fax.ts'
import type { Scope } from '../../src/ports/store/scope.ts'
import type { HttpServer } from './http.ts'

export const PASSWORD = 'correct zebra battery staple'

/** What tests look at in a reply about people. */
// biome-ignore lint/suspicious/noExplicitAny: a field that is not there fails the assertion on it.
export type PeopleReply = Omit<Response, 'json'> & { json(): Promise<any> }

/** A browser: it keeps the session cookie and says where its page came from. */
export class Browser {
  readonly #server: Pick<HttpServer, 'url'>
  readonly jar = new Map<string, string>()
  headers: Record<string, string> = {}

  constructor(server: Pick<HttpServer, 'url'>) {
    this.#server = server
  }

  async ask(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<PeopleReply> {
    const response = await fetch(this.#server.url + path, {
      method,
      redirect: 'manual',
      headers: {
        origin: this.#server.url,
        ...(this.jar.size > 0 ? { cookie: this.cookies } : {}),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...this.headers,
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';')
      const at = pair.indexOf('=')
      if (/Max-Age=0/.test(line)) this.jar.delete(pair.slice(0, at))
      else this.jar.set(pair.slice(0, at), pair.slice(at + 1))
    }
    return response
  }

  get cookies(): string {
    return [...this.jar].map(([name, value]) => `${name}=${value}`).join('; ')
  }

  get(path: string, headers?: Record<string, string>): Promise<PeopleReply> {
    return this.ask('GET', path, undefined, headers)
  }

  post(path: string, body: unknown = {}, headers?: Record<string, string>): Promise<PeopleReply> {
    return this.ask('POST', path, body, headers)
  }

  signIn(email: string, password = PASSWORD): Promise<PeopleReply> {
    return this.post('/auth/sign-in', { email, password })
  }
}

let count = 0

/** Somebody who never was, in an account. */
export async function addPerson(
  { services }: Pick<HttpServer, 'services'>,
  { accountId }: Scope,
  role: Role,
  more: Partial<Membership> = {},
): Promise<{ id: string; email: string }> {
  count += 1
  const email = `zebra${count}@clinic.example`
  const given = { email, name: `Test Person ${count}`, password: PASSWORD }
  const membership = { role, departments: null, modes: ['test', 'live'] as const, ...more }
  return createMember(services, accountId, given, membership)
}

/** An authenticator app. */
export class App {
  readonly #secret: Buffer
  readonly #now: () => number

  constructor(secret: string, now: () => number) {
    this.#secret = fromBase32(secret)
    this.#now = now
  }

  get code(): string {
    return hotp(this.#secret, Math.floor(this.#now() / 30_000))
  }
}

function fromBase32(text: string): Buffer {
  const bits = [...text].map((letter) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'),
  )
  const bytes = bits.join('').match(/.{8}/g) ?? []
  return Buffer.from(bytes.map((byte) => Number.parseInt(byte, 2)))
}

/** Signs somebody in and gives them an app; the session has its second factor then. */
export async function enrol(
  server: HttpServer,
  browser: Browser,
  email: string,
): Promise<App & { backupCodes: string[] }> {
  assert.equal((await browser.signIn(email)).status, 200)
  const { secret } = await (await browser.post('/v2/me/totp')).json()
  const app = new App(secret, () => server.services.clock.now())
  const confirmed = await browser.post('/v2/me/totp/confirm', { code: app.code })
  assert.equal(confirmed.status, 200)
  return Object.assign(app, { backupCodes: (await confirmed.json()).backupCodes as string[] })
}

/** Somebody of a role who is signed in with a second factor. */
export async function signedIn(
  server: HttpServer,
  scope: Scope,
  role: Role,
  more: Partial<Membership> = {},
  mode: Mode = 'test',
): Promise<{ browser: Browser; id: string; email: string; app: App }> {
  const person = await addPerson(server, scope, role, more)
  const browser = new Browser(server)
  const app = await enrol(server, browser, person.email)
  browser.headers = { 'x-answerback-mode': mode }
  return { browser, id: person.id, email: person.email, app }
}
