import type { Alarm } from '../alarms.ts'
import { readSeconds, readSessionExpires } from '../message/headers.ts'
import type { HeaderLine, SipRequest, SipResponse } from '../message/sip-message.ts'
import type { Core } from './core.ts'

/** RFC 4028 §5: no interval below. */
const MIN_SE_SECONDS = 90

interface Agreed {
  readonly seconds: number
  readonly weRefresh: boolean
}

/** The session timer of one call, both roles (RFC 4028). */
export class SessionTimer {
  readonly #core: Core
  readonly #refresh: () => void
  readonly #expire: () => void
  /** What we ask for; a 422 raises it. */
  #wantedSeconds: number
  #minSeconds = MIN_SE_SECONDS
  #agreed: Agreed | undefined
  #refreshAlarm: Alarm | undefined
  #expiryAlarm: Alarm | undefined

  constructor(core: Core, refresh: () => void, expire: () => void) {
    this.#core = core
    this.#refresh = refresh
    this.#expire = expire
    this.#wantedSeconds = core.options.sessionExpiresSeconds ?? 1_800
  }

  /** Headers of an INVITE of ours. A running timer keeps its roles (§7.4). */
  requestHeaders(): HeaderLine[] {
    if (this.#wantedSeconds === 0 && this.#agreed === undefined) return []
    const seconds = Math.max(this.#agreed?.seconds ?? this.#wantedSeconds, this.#minSeconds)
    const refresher = this.#agreed === undefined ? '' : `;refresher=${this.#agreed.weRefresh ? 'uac' : 'uas'}`
    return [
      ['session-expires', `${seconds}${refresher}`],
      ['min-se', String(this.#minSeconds)],
    ]
  }

  /** Takes up the Min-SE of a 422; false when the peer asks for nothing more than we said (§7.3). */
  raise(response: SipResponse): boolean {
    const min = readSeconds(response.headers, 'min-se')
    if (response.status !== 422 || min === undefined || min <= this.#minSeconds) return false
    this.#minSeconds = min
    this.#wantedSeconds = Math.max(this.#wantedSeconds, min)
    return true
  }

  /** Starts or restarts from the 2xx to an INVITE of ours (§7.2); one without the header stops the timer. */
  startFromResponse(response: SipResponse): void {
    const said = readSessionExpires(response.headers)
    // Less than the least interval is a peer's mistake; we refresh no oftener than the RFC lets anyone ask.
    this.#start(
      said && { seconds: Math.max(said.seconds, MIN_SE_SECONDS), weRefresh: said.refresher !== 'uas' },
    )
  }

  /** Whether an INVITE asks for refreshes too often: answer 422 with `tooSmallHeaders`, if it knows what that is (§9). */
  isTooSmall(request: SipRequest): boolean {
    const asked = readSessionExpires(request.headers)
    return (
      asked !== undefined && asked.seconds < MIN_SE_SECONDS && request.headers.names('supported', 'timer')
    )
  }

  static readonly tooSmallHeaders: readonly HeaderLine[] = [['min-se', String(MIN_SE_SECONDS)]]

  /** Starts or restarts from an INVITE or UPDATE to us, and gives the headers of our 2xx (§9). */
  startFromRequest(request: SipRequest): HeaderLine[] {
    const asked = readSessionExpires(request.headers)
    if (asked === undefined) {
      this.#start(undefined)
      return []
    }
    const seconds = Math.max(asked.seconds, MIN_SE_SECONDS)
    // A peer without the extension never refreshes. One that leaves the choice to us does it itself, as it asked.
    const peerCan = request.headers.names('supported', 'timer')
    const weRefresh = !peerCan || asked.refresher === 'uas'
    this.#start({ seconds, weRefresh })
    const expires: HeaderLine = ['session-expires', `${seconds};refresher=${weRefresh ? 'uas' : 'uac'}`]
    return weRefresh ? [expires] : [['require', 'timer'], expires]
  }

  /** A refresh of ours failed in a way that leaves the dialog alive: once more before it expires. */
  retrySoon(): void {
    if (this.#agreed?.weRefresh !== true) return
    this.#core.alarms.cancel(this.#refreshAlarm)
    this.#refreshAlarm = this.#core.alarms.set(this.#core.nowMs + this.#agreed.seconds * 125, this.#refresh)
  }

  stop(): void {
    this.#core.alarms.cancel(this.#refreshAlarm)
    this.#core.alarms.cancel(this.#expiryAlarm)
  }

  #start(agreed: Agreed | undefined): void {
    this.stop()
    this.#agreed = agreed
    if (agreed === undefined) return
    const { alarms, nowMs } = this.#core
    if (agreed.weRefresh) this.#refreshAlarm = alarms.set(nowMs + agreed.seconds * 500, this.#refresh)
    // §10: the side that waits hangs up a little before the end.
    const early = agreed.weRefresh ? 0 : Math.min(32, agreed.seconds / 3)
    this.#expiryAlarm = alarms.set(nowMs + (agreed.seconds - early) * 1_000, this.#expire)
  }
}
