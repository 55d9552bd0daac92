import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noAnswer } from '../src/no-answer.ts'

const failed = (code: string) =>
  new TypeError('fetch failed', { cause: Object.assign(new Error('told elsewhere'), { code }) })
const sentence = (error: unknown) => noAnswer('https://fax.clinic.example', error).message

test('a certificate that does not hold is told as such, with what to do, and never as a server that is not there', () => {
  for (const [code, told] of [
    ['CERT_HAS_EXPIRED', /has expired\. Renew it/],
    ['CERT_NOT_YET_VALID', /clocks/],
    ['ERR_TLS_CERT_ALTNAME_INVALID', /another host/],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', /NODE_EXTRA_CA_CERTS/],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', /NODE_EXTRA_CA_CERTS/],
    ['SELF_SIGNED_CERT_IN_CHAIN', /NODE_EXTRA_CA_CERTS/],
  ] as const) {
    assert.match(sentence(failed(code)), /^The certificate of https:\/\/fax\.clinic\.example does not hold: /)
    assert.match(sentence(failed(code)), told)
  }
})

test('anything else is no answer', () => {
  for (const error of [failed('ECONNREFUSED'), new TypeError('fetch failed'), new Error('aborted'), 'thrown'])
    assert.match(sentence(error), /^No answer from https:\/\/fax\.clinic\.example\. Is the server running\?/)
})

test('a server that took too long is not called one that is not there', () => {
  const late = new DOMException('The operation was aborted due to timeout', 'TimeoutError')
  assert.match(
    sentence(late),
    /^No answer from https:\/\/fax\.clinic\.example in time\. What was asked may have been done/,
  )
})
