import type { Alarm } from '../alarms.ts'
import { Authenticator } from '../auth/authenticator.ts'
import { causeOfFailure } from '../call-end.ts'
import { readReason, readSeconds } from '../message/headers.ts'
import { parseNameAddr } from '../message/name-addr.ts'
import {
  EMPTY_BODY,
  type HeaderLine,
  Headers,
  type SipRequest,
  type SipResponse,
} from '../message/sip-message.ts'
import { readNumber } from '../message/split.ts'
import { parseUri, writeUri } from '../message/uri.ts'
import { parseVia, seenAddress } from '../message/via.ts'
import type { Core } from './core.ts'
import type { TrunkSettings } from './options.ts'

const TRIES_MAX = 3
/** RFC 5626 §4.5: the first wait after a failure and the longest. */
const BACKOFF_MS = 30_000
const BACKOFF_MS_MAX = 1_800_000
const EXPIRES_SECONDS_MAX = 86_400

/** Keeps one address registered with one registrar (RFC 3261 §10.2), refreshing before it expires. */
export class Registration {
  readonly #core: Core
  readonly #trunk: TrunkSettings
  readonly #callId: string
  readonly #fromTag: string
  readonly #auth: Authenticator | undefined
  #cseq = 0
  #seconds: number
  #tries = 0
  #failures = 0
  #next: Alarm | undefined
  #isStopped = false

  constructor(core: Core, trunk: TrunkSettings, seconds: number) {
    this.#core = core
    this.#trunk = trunk
    this.#seconds = seconds
    this.#callId = core.token(16)
    this.#fromTag = core.token()
    if (trunk.credentials !== undefined) {
      this.#auth = new Authenticator(trunk.credentials, core.options.hashes, () => core.token())
    }
  }

  start(): void {
    this.#tries = 0
    this.#send(this.#seconds)
  }

  /** @param takesBack tells the registrar; not when another registration of the same Contact takes over. */
  stop(takesBack: boolean): void {
    this.#isStopped = true
    this.#core.alarms.cancel(this.#next)
    if (!takesBack) return
    this.#tries = 0
    this.#send(0)
  }

  #send(seconds: number): void {
    const { domain, user, address } = this.#trunk
    const uri = writeUri('', domain)
    const own = `<${writeUri(user, domain)}>`
    const lines: HeaderLine[] = [
      this.#core.via(address.transport, this.#trunk),
      ['max-forwards', '70'],
      ['from', `${own};tag=${this.#fromTag}`],
      ['to', own],
      ['call-id', this.#callId],
      ['cseq', `${++this.#cseq} REGISTER`],
      this.#core.contact(user, address.transport, this.#trunk),
      ['expires', String(seconds)],
      ...this.#core.nameHeader('user-agent'),
      ...(this.#auth?.headers('REGISTER', uri, EMPTY_BODY) ?? []),
    ]
    const request: SipRequest = {
      kind: 'request',
      method: 'REGISTER',
      uri,
      headers: new Headers(lines),
      body: EMPTY_BODY,
    }
    this.#core.startRequest(request, address, {
      onFinal: (response) => this.#onFinal(response, seconds),
      onFailure: (failure) => this.#onFailed(failure === 'timeout' ? 408 : 503, undefined, undefined),
    })
  }

  #onFinal(response: SipResponse, asked: number): void {
    if (this.#mayRetry(response)) {
      this.#send(asked === 0 ? 0 : this.#seconds)
      return
    }
    if (this.#isStopped) return
    if (response.status >= 300) {
      this.#onFailed(
        response.status,
        readReason(response.headers).q850Cause,
        readSeconds(response.headers, 'retry-after'),
      )
      return
    }
    this.#failures = 0
    const expiresSeconds = Math.max(this.#granted(response) ?? asked, 10)
    const seen = seenAddress(parseVia(response.headers.list('via')[0]!))
    this.#core.emit({ kind: 'registered', trunkId: this.#trunk.id, expiresSeconds, seenAs: seen })
    // Early enough for a lost packet or a challenge: 32 s of one transaction if the time allows.
    const aheadSeconds = Math.min(40, expiresSeconds / 2)
    this.#later((expiresSeconds - aheadSeconds) * 1_000)
  }

  #mayRetry(response: SipResponse): boolean {
    if (++this.#tries > TRIES_MAX) return false
    if (response.status === 401 || response.status === 407) return this.#auth?.learn(response) === true
    const min = readSeconds(response.headers, 'min-expires')
    if (response.status !== 423 || min === undefined || min <= this.#seconds || this.#isStopped) return false
    this.#seconds = Math.min(min, EXPIRES_SECONDS_MAX)
    return true
  }

  /** What the registrar says of our own Contact, or of all of them. */
  #granted(response: SipResponse): number | undefined {
    const { user, address } = this.#trunk
    const own = this.#core.localAddress(address.transport, this.#trunk)
    for (const value of response.headers.list('contact')) {
      const contact = parseNameAddr(value, 'sip.contact')
      const uri = parseUri(contact.uri)
      if (uri.user !== user || uri.host !== own.host.toLowerCase()) continue
      const expires = readNumber(contact.parameters.get('expires'), EXPIRES_SECONDS_MAX)
      if (expires !== undefined) return expires
    }
    const expires = readSeconds(response.headers, 'expires')
    return expires === undefined ? undefined : Math.min(expires, EXPIRES_SECONDS_MAX)
  }

  #onFailed(status: number, q850Cause: number | undefined, retryAfterSeconds: number | undefined): void {
    if (this.#isStopped) return
    const whole = Math.min(BACKOFF_MS * 2 ** Math.min(this.#failures++, 10), BACKOFF_MS_MAX)
    // RFC 5626 §4.5: half of it at random, so that a carrier coming back is not met by everybody at once.
    const backoffMs = whole / 2 + this.#core.dice(whole / 2 + 1)
    const retryInMs = Math.max(backoffMs, Math.min((retryAfterSeconds ?? 0) * 1_000, BACKOFF_MS_MAX))
    const cause = status === 408 ? 'carrier_down' : causeOfFailure(status, q850Cause)
    this.#core.emit({ kind: 'registration_failed', trunkId: this.#trunk.id, status, cause, retryInMs })
    this.#later(retryInMs)
  }

  #later(inMs: number): void {
    this.#next = this.#core.alarms.set(this.#core.nowMs + inMs, () => this.start())
  }
}
