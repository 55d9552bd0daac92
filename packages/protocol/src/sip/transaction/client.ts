import { isReliable, type SipAddress } from '../address.ts'
import type { Alarm } from '../alarms.ts'
import type { SipRequest, SipResponse } from '../message/sip-message.ts'
import { writeMessage } from '../message/write-message.ts'
import type { TransactionFailure, TransactionHost } from './host.ts'

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
  readonly #bytes: Uint8Array
  #state: State = 'Trying'
  #retransmit: Alarm | undefined
  #deadline: Alarm | undefined

  constructor(host: TransactionHost, request: SipRequest, to: SipAddress, handlers: ClientHandlers) {
    this.request = request
    this.to = to
    this.#host = host
    this.#handlers = handlers
    this.#bytes = writeMessage(request)
    host.send(to, this.#bytes)
    if (!isReliable(to.transport)) this.#armTimerE(host.timers.t1Ms)
    // Timer F.
    this.#deadline = host.alarms.set(host.nowMs + 64 * host.timers.t1Ms, () => this.fail('timeout'))
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
    this.#disarm()
    // Timer K: time for repeated responses to die out.
    if (isReliable(this.to.transport)) this.#terminate()
    else
      this.#deadline = this.#host.alarms.set(this.#host.nowMs + this.#host.timers.t4Ms, () =>
        this.#terminate(),
      )
    this.#handlers.onFinal(response)
  }

  /** Timer F, or the transport could not send. */
  fail(failure: TransactionFailure): void {
    if (!this.isPending) return
    this.#terminate()
    this.#handlers.onFailure(failure)
  }

  #armTimerE(intervalMs: number): void {
    const { alarms, nowMs, timers } = this.#host
    // Once the server has spoken, every T2 (RFC 3261 §17.1.2.2).
    const next = this.#state === 'Proceeding' ? timers.t2Ms : Math.min(intervalMs, timers.t2Ms)
    this.#retransmit = alarms.set(nowMs + next, () => {
      this.#host.send(this.to, this.#bytes)
      this.#armTimerE(next * 2)
    })
  }

  #disarm(): void {
    this.#host.alarms.cancel(this.#retransmit)
    this.#host.alarms.cancel(this.#deadline)
  }

  #terminate(): void {
    if (this.#state === 'Terminated') return
    this.#state = 'Terminated'
    this.#disarm()
    this.#handlers.onTerminated()
  }
}
