import type { HeaderLine, SipResponse } from '../message/sip-message.ts'
import { type Challenge, readChallenges } from './challenge.ts'
import { answerChallenge, type Credentials, type DigestHashes } from './digest.ts'

/** Realms one peer may ask us for: a registrar and the proxies before it. */
const REALMS_MAX = 4

interface Known {
  challenge: Challenge
  uses: number
}

/**
 * What we know of the realms on one call or registration. A nonce is used again with a rising count until the server
 * calls it stale, which saves a round trip on each later request.
 */
export class Authenticator {
  readonly #credentials: Credentials
  readonly #hashes: DigestHashes
  readonly #drawCnonce: () => string
  readonly #known = new Map<string, Known>()

  constructor(credentials: Credentials, hashes: DigestHashes, drawCnonce: () => string) {
    this.#credentials = credentials
    this.#hashes = hashes
    this.#drawCnonce = drawCnonce
  }

  /** Takes up the challenges of a 401 or 407. False when answering again would say nothing new: the credentials are wrong. */
  learn(response: SipResponse): boolean {
    let isNew = false
    for (const challenge of readChallenges(response.headers)) {
      const key = `${challenge.kind} ${challenge.realm}`
      const known = this.#known.get(key)
      if (known === undefined && this.#known.size === REALMS_MAX) continue
      // An unused nonce was never tried. A used one is refused for good unless the server says it only grew old, or
      // gives another: some servers forget `stale`, which the caller's limit on tries bounds.
      if (known === undefined || challenge.isStale || known.challenge.nonce !== challenge.nonce) isNew = true
      this.#known.set(key, { challenge, uses: known?.challenge.nonce === challenge.nonce ? known.uses : 0 })
    }
    return isNew
  }

  /** Authorization headers for a request, one for each realm known. */
  headers(method: string, uri: string, body: Uint8Array): HeaderLine[] {
    return [...this.#known.values()].map((known) => {
      known.uses++
      const name = known.challenge.kind === 'www' ? 'authorization' : 'proxy-authorization'
      const request = { method, uri, body, nonceCount: known.uses, cnonce: this.#drawCnonce() }
      return [name, answerChallenge(known.challenge, this.#credentials, request, this.#hashes)] as const
    })
  }
}
