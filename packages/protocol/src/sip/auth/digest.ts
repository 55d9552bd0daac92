import { bytesOf } from '../message/latin1.ts'
import { quote } from '../message/split.ts'
import type { Challenge } from './challenge.ts'

/** Lower-case hexadecimal digests, given by the owner: the protocol package imports nothing. */
export interface DigestHashes {
  md5(bytes: Uint8Array): string
  sha256(bytes: Uint8Array): string
}

export interface Credentials {
  readonly username: string
  readonly password: string
}

interface DigestRequest {
  readonly method: string
  readonly uri: string
  readonly body: Uint8Array
  /** How often this nonce has been used, this time included. */
  readonly nonceCount: number
  readonly cnonce: string
}

/** The value of an Authorization or Proxy-Authorization header (RFC 7616 §3.4). */
export function answerChallenge(
  challenge: Challenge,
  credentials: Credentials,
  request: DigestRequest,
  hashes: DigestHashes,
): string {
  const { realm, nonce, algorithm, qop, opaque } = challenge
  const { username, password } = credentials
  const { method, uri, body, cnonce } = request
  const hash = algorithm.startsWith('SHA-256') ? hashes.sha256 : hashes.md5
  // Passwords may be of any alphabet: RFC 7616 §4 takes them as UTF-8.
  const utf8 = new TextEncoder()
  const h = (text: string) => hash(utf8.encode(text))
  const plain = h(`${username}:${realm}:${password}`)
  const a1 = algorithm.endsWith('-sess') ? h(`${plain}:${nonce}:${cnonce}`) : plain
  const a2 = h(`${method}:${uri}${qop === 'auth-int' ? `:${hash(body)}` : ''}`)
  const nc = request.nonceCount.toString(16).padStart(8, '0')
  const response = h(
    qop === undefined ? `${a1}:${nonce}:${a2}` : `${a1}:${nonce}:${nc}:${cnonce}:${qop}:${a2}`,
  )
  const parts = [
    `Digest username=${quote(username)}`,
    `realm=${quote(realm)}`,
    `nonce=${quote(nonce)}`,
    `uri=${quote(uri)}`,
    `response="${response}"`,
    `algorithm=${algorithm}`,
  ]
  if (qop !== undefined) parts.push(`qop=${qop}`, `nc=${nc}`)
  if (qop !== undefined || algorithm.endsWith('-sess')) parts.push(`cnonce="${cnonce}"`)
  if (opaque !== undefined) parts.push(`opaque=${quote(opaque)}`)
  return textInHeader(parts.join(', '))
}

/** A username outside ASCII goes out as UTF-8 octets. */
function textInHeader(text: string): string {
  if (bytesOf(text).every((byte) => byte < 0x80)) return text
  return String.fromCharCode(...new TextEncoder().encode(text))
}
