import type { Headers } from '../message/sip-message.ts'
import { readPairs, splitList } from '../message/split.ts'

type DigestAlgorithm = 'MD5' | 'MD5-sess' | 'SHA-256' | 'SHA-256-sess'

/** A WWW-Authenticate or Proxy-Authenticate header we can answer (RFC 7616 §3.3, RFC 8760). */
export interface Challenge {
  readonly kind: 'www' | 'proxy'
  readonly realm: string
  readonly nonce: string
  readonly opaque: string | undefined
  readonly algorithm: DigestAlgorithm
  /** `auth` when offered, else `auth-int`, or undefined for the rules of RFC 2069. */
  readonly qop: 'auth' | 'auth-int' | undefined
  /** The credentials were right and the nonce too old. */
  readonly isStale: boolean
}

const ALGORITHMS: readonly DigestAlgorithm[] = ['MD5', 'MD5-sess', 'SHA-256', 'SHA-256-sess']

/** The strongest challenge of each realm, proxies and servers apart; those we cannot answer are left out. */
export function readChallenges(headers: Headers): Challenge[] {
  const strongest = new Map<string, Challenge>()
  for (const kind of ['www', 'proxy'] as const) {
    for (const text of headers.all(`${kind}-authenticate`)) {
      const challenge = readChallenge(text, kind)
      if (challenge === undefined) continue
      const key = `${kind} ${challenge.realm}`
      const known = strongest.get(key)
      if (known === undefined || strength(challenge) > strength(known)) strongest.set(key, challenge)
    }
  }
  return [...strongest.values()]
}

function strength(challenge: Challenge): number {
  return ALGORITHMS.indexOf(challenge.algorithm)
}

function readChallenge(text: string, kind: Challenge['kind']): Challenge | undefined {
  const scheme = /^\s{0,9}digest\s+/i.exec(text)
  if (scheme === null) return undefined
  const pairs = readPairs(splitList(text.slice(scheme[0].length), 'authenticate'))
  const named = (pairs.get('algorithm') ?? 'MD5').toLowerCase()
  const algorithm = ALGORITHMS.find((known) => known.toLowerCase() === named)
  const nonce = pairs.get('nonce')
  const qops = pairs.get('qop')?.toLowerCase().split(/[ ,]+/)
  const qop = qops === undefined ? undefined : qops.includes('auth') ? 'auth' : 'auth-int'
  if (algorithm === undefined || nonce === undefined) return undefined
  if (qop === 'auth-int' && !qops!.includes('auth-int')) return undefined
  return {
    kind,
    realm: pairs.get('realm') ?? '',
    nonce,
    opaque: pairs.get('opaque'),
    algorithm,
    qop,
    isStale: pairs.get('stale')?.toLowerCase() === 'true',
  }
}
