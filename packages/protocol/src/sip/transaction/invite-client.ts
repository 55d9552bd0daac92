import { isReliable, type SipAddress } from '../address.ts'
import { EMPTY_BODY, Headers, type SipRequest, type SipResponse } from '../message/sip-message.ts'
import { writeMessage } from '../message/write-message.ts'
import type { TransactionFailure, TransactionHost } from './host.ts'
import { TransactionAlarms } from './transaction-alarms.ts'

type State = 'Calling' | 'Proceeding' | 'Completed' | 'Accepted' | 'Terminated'

export interface InviteClientHandlers {
  onProvisional(response: SipResponse): void
  /** Every 2xx, repeated and forked ones too: the core acknowledges each (RFC 3261 §13.2.2.4). */
  onSuccess(response: SipResponse): void
  /** The first non-2xx final response; already acknowledged. */
  onRefusal(response: SipResponse): void
  onFailure(failure: TransactionFailure): void
  onTerminated(): void
}

/** RFC 3261 §17.1.1 with the Accepted state of RFC 6026 §7.2. */
export class InviteClientTransaction {
  readonly request: SipRequest
  readonly to: SipAddress
  readonly #host: TransactionHost
  readonly #handlers: InviteClientHandlers
  readonly #alarms: TransactionAlarms
  readonly #bytes: Uint8Array
  #state: State = 'Calling'
  #ack: Uint8Array | undefined

  constructor(host: TransactionHost, request: SipRequest, to: SipAddress, handlers: InviteClientHandlers) {
    this.request = request
    this.to = to
    this.#host = host
    this.#handlers = handlers
    this.#alarms = new TransactionAlarms(host)
    this.#bytes = writeMessage(request)
    host.send(to, this.#bytes)
    if (!isReliable(to.transport)) {
      // Timer A.
      const send = () => host.send(to, this.#bytes)
      this.#alarms.repeat(host.timers.t1Ms, send, (intervalMs) => 2 * intervalMs)
    }
    // Timer B.
    this.#alarms.endAfter(64 * host.timers.t1Ms, () => this.fail('timeout'))
  }

  /** Whether a CANCEL would make sense: a provisional response came and no final one (RFC 3261 §9.1). */
  get isProceeding(): boolean {
    return this.#state === 'Proceeding'
  }

  get isPending(): boolean {
    return this.#state === 'Calling' || this.#state === 'Proceeding'
  }

  receive(response: SipResponse): void {
    if (this.#state === 'Terminated') return
    if (response.status < 200) {
      if (!this.isPending) return
      this.#state = 'Proceeding'
      this.#alarms.disarm()
      this.#handlers.onProvisional(response)
    } else if (response.status < 300) {
      if (this.#state === 'Completed') return
      if (this.#state !== 'Accepted') {
        this.#state = 'Accepted'
        this.#alarms.disarm()
        // Timer M: repeated and forked 2xx still belong here.
        this.#linger(64 * this.#host.timers.t1Ms)
      }
      this.#handlers.onSuccess(response)
    } else if (this.#state === 'Completed') {
      this.#host.send(this.to, this.#ack!)
    } else if (this.isPending) {
      this.#complete(response)
    }
  }

  /** Ends it without a response: Timer B, or the transport could not send (RFC 3261 §17.1.1.2). */
  fail(failure: TransactionFailure): void {
    if (!this.isPending) return
    this.#terminate()
    this.#handlers.onFailure(failure)
  }

  /** Forgets the transaction: its call is gone and wants no more word of it. */
  abandon(): void {
    this.#terminate()
  }

  #complete(response: SipResponse): void {
    this.#state = 'Completed'
    this.#alarms.disarm()
    this.#ack = writeMessage(ackOf(this.request, response))
    this.#host.send(this.to, this.#ack)
    // Timer D: at least 32 s on UDP, none on a stream.
    if (isReliable(this.to.transport)) this.#terminate()
    else this.#linger(Math.max(32_000, 64 * this.#host.timers.t1Ms))
    this.#handlers.onRefusal(response)
  }

  #linger(forMs: number): void {
    this.#alarms.endAfter(forMs, () => this.#terminate())
  }

  #terminate(): void {
    if (this.#state === 'Terminated') return
    this.#state = 'Terminated'
    this.#alarms.disarm()
    this.#handlers.onTerminated()
  }
}

/** The ACK to a non-2xx response is part of the transaction (RFC 3261 §17.1.1.3). */
function ackOf(invite: SipRequest, response: SipResponse): SipRequest {
  const copied = invite.headers.lines.filter(([name]) =>
    ['from', 'call-id', 'route', 'max-forwards'].includes(name),
  )
  const cseq = invite.headers.get('cseq')!.replace(/\S+$/, 'ACK')
  return {
    kind: 'request',
    method: 'ACK',
    uri: invite.uri,
    headers: new Headers([
      ['via', invite.headers.get('via')!],
      ...copied,
      ['to', response.headers.get('to') ?? invite.headers.get('to')!],
      ['cseq', cseq],
    ]),
    body: EMPTY_BODY,
  }
}
