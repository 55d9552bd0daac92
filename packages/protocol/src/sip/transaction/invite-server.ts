import { isReliable, type SipAddress } from '../address.ts'
import type { SipRequest, SipResponse } from '../message/sip-message.ts'
import { writeMessage } from '../message/write-message.ts'
import type { TransactionHost } from './host.ts'
import { TransactionAlarms } from './transaction-alarms.ts'

type State = 'Proceeding' | 'Completed' | 'Confirmed' | 'Accepted' | 'Terminated'

/** RFC 3261 §17.2.1 with the Accepted state of RFC 6026 §7.1. A 2xx is repeated by the core, not here. */
export class InviteServerTransaction {
  readonly request: SipRequest
  /** Where responses go. */
  readonly to: SipAddress
  readonly #host: TransactionHost
  readonly #alarms: TransactionAlarms
  readonly #onTerminated: () => void
  #state: State = 'Proceeding'
  #last: Uint8Array | undefined

  constructor(host: TransactionHost, request: SipRequest, to: SipAddress, onTerminated: () => void) {
    this.request = request
    this.to = to
    this.#host = host
    this.#onTerminated = onTerminated
    this.#alarms = new TransactionAlarms(host)
  }

  /** No final response yet: a CANCEL still has something to cancel. */
  get isPending(): boolean {
    return this.#state === 'Proceeding'
  }

  respond(response: SipResponse): void {
    if (this.#state !== 'Proceeding') return
    const bytes = writeMessage(response)
    this.#host.send(this.to, bytes)
    const wholeMs = 64 * this.#host.timers.t1Ms
    if (response.status < 200) {
      this.#last = bytes
    } else if (response.status < 300) {
      this.#state = 'Accepted'
      this.#last = undefined
      // Timer L.
      this.#linger(wholeMs)
    } else {
      this.#state = 'Completed'
      this.#last = bytes
      if (!isReliable(this.to.transport)) this.#armTimerG(bytes)
      // Timer H.
      this.#linger(wholeMs)
    }
  }

  /** A repetition of the INVITE: the last response again; silence in Accepted, whose 2xx repeats itself. */
  receiveInvite(): void {
    if (this.#last !== undefined && (this.#state === 'Proceeding' || this.#state === 'Completed')) {
      this.#host.send(this.to, this.#last)
    }
  }

  /** The ACK to a non-2xx response. */
  receiveAck(): void {
    if (this.#state !== 'Completed') return
    this.#state = 'Confirmed'
    this.#alarms.disarm()
    // Timer I.
    if (isReliable(this.to.transport)) this.#terminate()
    else this.#linger(this.#host.timers.t4Ms)
  }

  #armTimerG(response: Uint8Array): void {
    const { t1Ms, t2Ms } = this.#host.timers
    const send = () => this.#host.send(this.to, response)
    this.#alarms.repeat(t1Ms, send, (intervalMs) => Math.min(2 * intervalMs, t2Ms))
  }

  #linger(forMs: number): void {
    this.#alarms.endAfter(forMs, () => this.#terminate())
  }

  #terminate(): void {
    if (this.#state === 'Terminated') return
    this.#state = 'Terminated'
    this.#alarms.disarm()
    this.#onTerminated()
  }
}
