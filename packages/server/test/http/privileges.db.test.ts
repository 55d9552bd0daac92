import assert from 'node:assert/strict'
import { test } from 'node:test'
import { registerIFax } from '../../src/adapters/ifax/register.ts'
import { type Right, ROLES, type Role } from '../../src/domain/access/roles.ts'
import { testHttpServer } from '../support/http.ts'
import { type Browser, type PeopleReply, signedIn } from '../support/people.ts'
import { whileTimePasses } from '../support/services.ts'
import { EVERYBODY, KEYS_ALONE, NOBODY_YET, PRIVILEGES } from './privileges.ts'

const server = await testHttpServer({
  more: (app, services) => registerIFax(app, services, { strictHttp200: false }),
})
const MODES = ['test', 'live'] as const

const routes = server.app.routeTable.flatMap(({ method, url, config }) =>
  [method]
    .flat()
    .filter((each) => each !== 'HEAD')
    .map((each) => ({ name: `${each} ${url}`, method: String(each), url, access: config?.access })),
)

const people = new Map<Role, Browser>()
for (const role of ROLES) {
  people.set(role, (await signedIn(server, server.scope, role)).browser)
  // Each has an address of their own to guess from, as it were.
  server.services.clock.jumpTo(server.services.clock.now() + 1)
}

test('the table of privileges names every route, and no other', () => {
  const named = [...Object.keys(PRIVILEGES), ...Object.keys(KEYS_ALONE), ...EVERYBODY, ...NOBODY_YET]
  assert.equal(new Set(named).size, named.length, 'each once')
  assert.deepEqual(named.sort(), routes.map(({ name }) => name).sort())
})

test('routes about oneself are for every person, and public ones for everybody', () => {
  for (const { name, access } of routes) {
    assert.equal(EVERYBODY.includes(name), access?.kind === 'person' && access.right === undefined, name)
    assert.equal(NOBODY_YET.includes(name), access?.kind === 'public', name)
  }
})

test('iFax’s face takes keys alone, and a session of no role opens any of it', async () => {
  for (const { name, method, url, access } of routes) {
    const scope = KEYS_ALONE[name]
    assert.equal(access?.kind === 'key' && access.keyHeader !== undefined, scope !== undefined, name)
    if (scope === undefined) continue
    assert.equal(access?.kind === 'key' && access.scope, scope, name)
    for (const [role, browser] of people)
      for (const mode of MODES)
        assert.equal((await ask(browser, method, url, mode)).status, 401, `${name} as ${role} in ${mode}`)
  }
})

/** Ids that are nobody's and bodies that say nothing: what is let in is refused for that, and changes nothing. */
function ask(browser: Browser, method: string, url: string, mode: string): Promise<PeopleReply> {
  const body = ['POST', 'PUT', 'PATCH'].includes(method) ? { nothing: 1 } : undefined
  const asked = browser.ask(method, url.replace(/:\w+/g, 'x_1'), body, { 'x-answerback-mode': mode })
  // It waits until its own entry is in the log, which other tests' transactions may hold back.
  return url === '/v2/audit/export' ? whileTimePasses(server.services.clock, asked) : asked
}

for (const role of ROLES) {
  test(`${role}: every route lets in or refuses as the table says, in both modes`, async () => {
    const browser = people.get(role)!
    let asked = 0
    for (const { name, method, url } of routes) {
      const allowed = PRIVILEGES[name]
      if (allowed === undefined) continue
      for (const mode of MODES) {
        const reply = await ask(browser, method, url, mode)
        const code = reply.status >= 400 ? (await reply.json()).code : undefined
        const expected = allowed.includes(role) || allowed.includes(`${role} in ${mode}`)
        const told = `${name} in ${mode}: ${reply.status} ${code}`
        if (expected) assert.doesNotMatch(String(code), /^(?:auth|system)\./, told)
        else assert.deepEqual([reply.status, code], [403, 'auth.forbidden'], told)
        asked += 1
      }
    }
    assert.equal(asked, Object.keys(PRIVILEGES).length * MODES.length)
  })
}

test('an administrator is refused on every route that shows or destroys content', () => {
  const content = routes.filter(
    ({ access }) =>
      access?.kind === 'key' && ['faxes:content', 'inbound:content', 'faxes:shred'].includes(access.scope),
  )
  assert.ok(content.length >= 6, `${content.length}`)
  for (const { name } of content) assert.ok(!PRIVILEGES[name]?.some((each) => each.startsWith('admin')), name)
})

/** What whoever is held to departments still may do; all else reaches beyond any. */
const WITHIN_DEPARTMENTS: readonly Right[] = [
  'faxes:write',
  'faxes:read',
  'faxes:content',
  'trunks:read',
  'inbound:read',
  'inbound:content',
  'inbound:write',
  'numbers:read',
  'recipients:read',
  'recipients:write',
  'break_glass:use',
]

test('nobody who is held to departments has a right that reaches beyond them', async () => {
  const { browser } = await signedIn(server, server.scope, 'owner', { departments: ['Radiology'] })
  for (const { name, method, url, access } of routes) {
    const right = access?.kind === 'key' ? access.scope : access?.kind === 'person' ? access.right : undefined
    if (right === undefined || KEYS_ALONE[name]) continue
    for (const mode of MODES) {
      const reply = await ask(browser, method, url, mode)
      const isRefused = reply.status === 403 && (await reply.json()).code === 'auth.forbidden'
      assert.equal(isRefused, !WITHIN_DEPARTMENTS.includes(right), `${name} in ${mode}: ${reply.status}`)
    }
  }
  assert.equal((await browser.get('/v2/inbound')).status, 200)
})
