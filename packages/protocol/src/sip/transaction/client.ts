import { isReliable, type SipAddress } from '../address.ts'
import type { SipRequest, SipResponse } from '../message/sip-message.ts'
import { writeMessage } from '../message/write-message.ts'
import type { TransactionFailure, TransactionHost } from './host.ts'
import { TransactionAlarms } from './transaction-alarms.ts'

type State = 'Trying' | 'Proceeding' | 'Completed' | 'Terminated'

export interface ClientHandlers {
  onFinal(response: SipResponse): void
  onFailure(failure: TransactionFailure): void
  onTerminated(): void
}

/** The client transaction of everything but INVITE (RFC 3261 §17.1.2). */
export class ClientTransaction {
  readonly request: SipRequest
  readonly to: SipAddress
  readonly #host: TransactionHost
  readonly #handlers: ClientHandlers
  readonly #alarms: TransactionAlarms
  readonly #bytes: Uint8Array
  #state: State = 'Trying'

  constructor(host: TransactionHost, request: SipRequest, to: SipAddress, handlers: ClientHandlers) {
    this.request = request
    this.to = to
    this.#host = host
    this.#handlers = handlers
    this.#alarms = new TransactionAlarms(host)
    this.#bytes = writeMessage(request)
    host.send(to, this.#bytes)
    if (!isReliable(to.transport)) this.#armTimerE()
    // Timer F.
    this.#alarms.endAfter(64 * host.timers.t1Ms, () => this.fail('timeout'))
  }

  get isPending(): boolean {
    return this.#state === 'Trying' || this.#state === 'Proceeding'
  }

  receive(response: SipResponse): void {
    if (!this.isPending) return
    if (response.status < 200) {
      this.#state = 'Proceeding'
      return
    }
    this.#state = 'Completed'
    this.#alarms.disarm()
    // Timer K: time for repeated responses to die out.
    if (isReliable(this.to.transport)) this.#terminate()
    else this.#alarms.endAfter(this.#host.timers.t4Ms, () => this.#terminate())
    this.#handlers.onFinal(response)
  }

  /** Timer F, or the transport could not send. */
  fail(failure: TransactionFailure): void {
    if (!this.isPending) return
    this.#terminate()
    this.#handlers.onFailure(failure)
  }

  #armTimerE(): void {
    const { t1Ms, t2Ms } = this.#host.timers
    this.#alarms.repeat(
      Math.min(t1Ms, t2Ms),
      () => this.#host.send(this.to, this.#bytes),
      // Once the server has spoken, every T2 (RFC 3261 §17.1.2.2).
      (intervalMs) => (this.#state === 'Proceeding' ? t2Ms : Math.min(2 * intervalMs, t2Ms)),
    )
  }

  #terminate(): void {
    if (this.#state === 'Terminated') return
    this.#state = 'Terminated'
    this.#alarms.disarm()
    this.#handlers.onTerminated()
  }
}
