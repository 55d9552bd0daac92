import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Authenticator } from '@answerback/protocol/sip/auth/authenticator'
import { readChallenges } from '@answerback/protocol/sip/auth/challenge'
import { answerChallenge } from '@answerback/protocol/sip/auth/digest'
import {
  EMPTY_BODY,
  type HeaderLine,
  Headers,
  type SipResponse,
} from '@answerback/protocol/sip/message/sip-message'
import { HASHES } from './hashes.ts'

const CIRCLE = { username: 'Mufasa', password: 'Circle of Life' }

function challenged(...lines: HeaderLine[]): SipResponse {
  return { kind: 'response', status: 401, reason: '', headers: new Headers(lines), body: EMPTY_BODY }
}

function answerOf(challenge: string, password: string, cnonce: string): string {
  const [read] = readChallenges(new Headers([['www-authenticate', challenge]]))
  const request = { method: 'GET', uri: '/dir/index.html', body: EMPTY_BODY, nonceCount: 1, cnonce }
  return /response="([0-9a-f]+)"/.exec(
    answerChallenge(read!, { username: 'Mufasa', password }, request, HASHES),
  )![1]!
}

describe('Digest', () => {
  it('gives the worked example of RFC 2617 §3.5', () => {
    const challenge =
      'Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"'
    assert.equal(answerOf(challenge, 'Circle Of Life', '0a4f113b'), '6629fae49393a05397450978507c4ef1')
  })

  it('gives the worked examples of RFC 7616 §3.9.1, MD5 and SHA-256', () => {
    const challenge = (algorithm: string) =>
      `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=${algorithm}, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`
    const cnonce = 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ'
    assert.equal(answerOf(challenge('MD5'), CIRCLE.password, cnonce), '8ca523f5e9506fed4657c9700eebdbec')
    assert.equal(
      answerOf(challenge('SHA-256'), CIRCLE.password, cnonce),
      '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1',
    )
  })

  it('takes the strongest algorithm of a realm, and leaves out those nobody can answer', () => {
    const read = readChallenges(
      new Headers([
        ['www-authenticate', 'Digest realm="a", nonce="1", algorithm=MD5'],
        ['www-authenticate', 'Digest realm="a", nonce="2", algorithm=SHA-256'],
        ['www-authenticate', 'Digest realm="a", nonce="3", algorithm=SHA-512-256'],
        ['www-authenticate', 'Basic realm="a"'],
        ['proxy-authenticate', 'digest realm="b",nonce="4"'],
      ]),
    )
    assert.deepEqual(
      read.map(({ kind, realm, nonce, algorithm }) => [kind, realm, nonce, algorithm]),
      [
        ['www', 'a', '2', 'SHA-256'],
        ['proxy', 'b', '4', 'MD5'],
      ],
    )
  })

  it('counts the uses of a nonce and starts again with a new one', () => {
    const auth = new Authenticator(CIRCLE, HASHES, () => 'cn')
    const count = () =>
      /nonce="(\w+)".*nc=(\d+)/
        .exec(auth.headers('BYE', 'sip:x', EMPTY_BODY)[0]![1])!
        .slice(1)
        .join()
    assert.equal(
      auth.learn(challenged(['www-authenticate', 'Digest realm="r", nonce="a", qop="auth"'])),
      true,
    )
    assert.deepEqual([count(), count()], ['a,00000001', 'a,00000002'])
    assert.equal(
      auth.learn(challenged(['www-authenticate', 'Digest realm="r", nonce="b", qop="auth", stale=true'])),
      true,
    )
    assert.equal(count(), 'b,00000001')
    assert.equal(
      auth.learn(challenged(['www-authenticate', 'Digest realm="r", nonce="b", qop="auth"'])),
      false,
    )
  })

  it('answers a proxy and a server at once, each in its own header', () => {
    const auth = new Authenticator(CIRCLE, HASHES, () => 'cn')
    auth.learn(challenged(['proxy-authenticate', 'Digest realm="p", nonce="1"']))
    auth.learn(challenged(['www-authenticate', 'Digest realm="s", nonce="2"']))
    assert.deepEqual(
      auth.headers('INVITE', 'sip:x', EMPTY_BODY).map(([name]) => name),
      ['proxy-authorization', 'authorization'],
    )
  })
})
