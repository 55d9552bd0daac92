import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { cookieOf, setSessionCookie } from '../../src/adapters/web/cookies.ts'
import { assertSameOrigin } from '../../src/adapters/web/same-origin.ts'

type Request = Parameters<typeof setSessionCookie>[0]
const requestTo = (protocol: string, hostname: string) =>
  ({ protocol, hostname, headers: {} }) as unknown as Request

function cookieFor(protocol: string, hostname: string): string {
  let set = ''
  const reply = { header: (_name: string, value: string) => (set = value) }
  setSessionCookie(requestTo(protocol, hostname), reply as never, 'token')
  return set
}

test('the session cookie is Secure and of this host alone, but on plain http on this machine', () => {
  const strict = '__Host-answerback=token; Max-Age=86400; Path=/; HttpOnly; SameSite=Strict; Secure'
  assert.equal(cookieFor('https', 'fax.clinic.example'), strict)
  assert.equal(cookieFor('http', 'fax.clinic.example'), strict)
  assert.equal(cookieFor('http', '127.evil.example'), strict)
  for (const here of ['localhost', '127.0.0.1', '[::1]'])
    assert.equal(
      cookieFor('http', here),
      'answerback=token; Max-Age=86400; Path=/; HttpOnly; SameSite=Strict',
    )
})

test('a cookie counts once, and only with characters of ours', () => {
  const of = (cookie: string) => cookieOf({ headers: { cookie } } as never, 'answerback')
  assert.equal(of('a=b; answerback=abc_-9; c=d'), 'abc_-9')
  for (const bad of [
    '',
    'answerback',
    'answerback=',
    'answerback=a; answerback=b',
    'answerback="a"',
    'xanswerback=a',
    `answerback=${'a'.repeat(201)}`,
  ])
    assert.equal(of(bad), undefined, bad)
  fc.assert(fc.property(fc.string(), (text) => void of(text)))
})

test('a request with a session says that it comes from a page of this server', () => {
  const told = (method: string, headers: Record<string, string>, publicUrl?: string) => {
    try {
      assertSameOrigin({ method, headers, host: 'fax.clinic.example', protocol: 'https' } as never, publicUrl)
      return true
    } catch {
      return false
    }
  }
  assert.ok(told('GET', {}))
  assert.ok(told('GET', { 'sec-fetch-site': 'none' }))
  assert.ok(told('POST', { origin: 'https://fax.clinic.example' }))
  assert.ok(told('POST', { origin: 'https://public.example' }, 'https://public.example'))
  assert.ok(told('DELETE', { 'sec-fetch-site': 'same-origin' }))
  for (const headers of [
    {},
    { origin: 'null' },
    { origin: 'http://fax.clinic.example' },
    { origin: 'https://fax.clinic.example.evil.example' },
    { 'sec-fetch-site': 'none' },
    { 'sec-fetch-site': 'same-site', origin: 'https://fax.clinic.example' },
  ] as Record<string, string>[]) {
    assert.ok(!told('POST', headers), JSON.stringify(headers))
  }
  assert.ok(!told('GET', { 'sec-fetch-site': 'cross-site' }))
})
