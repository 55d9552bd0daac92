import { isReliable, type SipAddress } from '../address.ts'
import type { SipResponse } from '../message/sip-message.ts'
import { writeMessage } from '../message/write-message.ts'
import type { TransactionHost } from './host.ts'

/** The server transaction of everything but INVITE and ACK (RFC 3261 §17.2.2). We answer at once, so it starts Completed. */
export class ServerTransaction {
  readonly #host: TransactionHost
  readonly #to: SipAddress
  readonly #bytes: Uint8Array

  constructor(host: TransactionHost, to: SipAddress, response: SipResponse, onTerminated: () => void) {
    this.#host = host
    this.#to = to
    this.#bytes = writeMessage(response)
    host.send(to, this.#bytes)
    // Timer J.
    const forMs = isReliable(to.transport) ? 0 : 64 * host.timers.t1Ms
    host.alarms.set(host.nowMs + forMs, onTerminated)
  }

  /** A repetition of the request: the same answer again. */
  receive(): void {
    this.#host.send(this.#to, this.#bytes)
  }
}
