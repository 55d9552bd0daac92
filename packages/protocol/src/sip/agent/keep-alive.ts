import type { Alarm } from '../alarms.ts'
import { type CallCause, causeOfFailure } from '../call-end.ts'
import { EMPTY_BODY, type HeaderLine, Headers, type SipRequest } from '../message/sip-message.ts'
import { writeUri } from '../message/uri.ts'
import type { Core } from './core.ts'
import type { TrunkSettings } from './options.ts'

/**
 * Asks a trunk for life signs with OPTIONS (RFC 3261 §11). Any answer but "out of service" and a timeout is life: many
 * carriers refuse OPTIONS itself. Tells only changes.
 */
export class KeepAlive {
  readonly #core: Core
  readonly #trunk: TrunkSettings
  readonly #everyMs: number
  readonly #callId: string
  readonly #fromTag: string
  #cseq = 0
  #isHealthy: boolean | undefined
  #next: Alarm | undefined
  #isStopped = false

  constructor(core: Core, trunk: TrunkSettings, seconds: number) {
    this.#core = core
    this.#trunk = trunk
    this.#everyMs = seconds * 1_000
    this.#callId = core.token(16)
    this.#fromTag = core.token()
  }

  start(): void {
    const { domain, user, address } = this.#trunk
    const uri = writeUri('', domain)
    const lines: HeaderLine[] = [
      this.#core.via(address.transport, this.#trunk),
      ['max-forwards', '70'],
      ['from', `<${writeUri(user, domain)}>;tag=${this.#fromTag}`],
      ['to', `<${uri}>`],
      ['call-id', this.#callId],
      ['cseq', `${++this.#cseq} OPTIONS`],
      this.#core.contact(user, address.transport, this.#trunk),
      ['accept', 'application/sdp'],
      ...this.#core.nameHeader('user-agent'),
    ]
    const request: SipRequest = {
      kind: 'request',
      method: 'OPTIONS',
      uri,
      headers: new Headers(lines),
      body: EMPTY_BODY,
    }
    const startMs = this.#core.nowMs
    this.#core.startRequest(request, address, {
      onFinal: ({ status }) => {
        if (status === 503) this.#tellIll(status, causeOfFailure(status, undefined))
        else this.#tellWell(this.#core.nowMs - startMs)
      },
      onFailure: (failure) => this.#tellIll(failure === 'timeout' ? 408 : 503, 'carrier_down'),
    })
    this.#next = this.#core.alarms.set(startMs + this.#everyMs, () => this.start())
  }

  stop(): void {
    this.#isStopped = true
    this.#core.alarms.cancel(this.#next)
  }

  #tellWell(roundTripMs: number): void {
    if (this.#isStopped || this.#isHealthy === true) return
    this.#isHealthy = true
    this.#core.emit({ kind: 'trunk_healthy', trunkId: this.#trunk.id, roundTripMs })
  }

  #tellIll(status: number, cause: CallCause): void {
    if (this.#isStopped || this.#isHealthy === false) return
    this.#isHealthy = false
    this.#core.emit({ kind: 'trunk_unhealthy', trunkId: this.#trunk.id, status, cause })
  }
}
