import { addressKey, type HostPort, hostText, type SipAddress, type SipTransport } from '../address.ts'
import { Alarms } from '../alarms.ts'
import type { Envelope } from '../message/envelope.ts'
import type { HeaderLine, SipRequest, SipResponse } from '../message/sip-message.ts'
import { writeUri } from '../message/uri.ts'
import { viaTransport } from '../message/via.ts'
import { SIP_TIMERS, type SipTimers } from '../timers.ts'
import { type ClientHandlers, ClientTransaction } from '../transaction/client.ts'
import type { TransactionHost } from '../transaction/host.ts'
import { type InviteClientHandlers, InviteClientTransaction } from '../transaction/invite-client.ts'
import { InviteServerTransaction } from '../transaction/invite-server.ts'
import { ServerTransaction } from '../transaction/server.ts'
import type { UserAgentEffect, UserAgentEvent } from './events.ts'
import { AGENT_LIMITS, type AgentLimits, type TrunkSettings, type UserAgentOptions } from './options.ts'
import { responseTo } from './respond.ts'

type AnyServerTransaction = InviteServerTransaction | ServerTransaction

/** What calls and trunks share: the time, the deadlines, the transactions and the effects to be taken. */
export class Core implements TransactionHost {
  readonly options: UserAgentOptions
  readonly limits: AgentLimits
  readonly timers: SipTimers
  readonly alarms = new Alarms()
  nowMs = 0
  #effects: UserAgentEffect[] = []
  readonly #clients = new Map<string, InviteClientTransaction | ClientTransaction>()
  readonly #servers = new Map<string, AnyServerTransaction>()

  constructor(options: UserAgentOptions) {
    this.options = options
    this.limits = { ...AGENT_LIMITS, ...options.limits }
    this.timers = { ...SIP_TIMERS, ...options.timers }
  }

  send(to: SipAddress, bytes: Uint8Array): void {
    this.#effects.push({ kind: 'send', to, bytes })
  }

  emit(event: UserAgentEvent): void {
    this.#effects.push(event)
  }

  takeEffects(): UserAgentEffect[] {
    const taken = this.#effects
    this.#effects = []
    return taken
  }

  /** Unguessable text of so many bytes. */
  token(byteCount = 8): string {
    return Array.from(this.options.entropy(byteCount), (byte) => byte.toString(16).padStart(2, '0')).join('')
  }

  /** A number from 0 up to and without `below`. */
  dice(below: number): number {
    const [a = 0, b = 0, c = 0, d = 0] = this.options.entropy(4)
    return (((a << 24) | (b << 16) | (c << 8) | d) >>> 0) % below
  }

  get isFull(): boolean {
    return this.#clients.size + this.#servers.size >= this.limits.transactionsMax
  }

  /** @throws {TypeError} when the owner named no address at all. */
  localAddress(transport: SipTransport, trunk?: TrunkSettings): HostPort {
    const { addresses } = this.options
    const address = trunk?.contact ?? addresses[transport] ?? addresses.udp ?? addresses.tcp ?? addresses.tls
    if (address === undefined) throw new TypeError('the user agent has no local address')
    return address
  }

  /** A Via of ours with a fresh branch; `rport` asks where we are seen from (RFC 3581). */
  via(transport: SipTransport, trunk?: TrunkSettings): HeaderLine {
    const { host, port } = this.localAddress(transport, trunk)
    return [
      'via',
      `SIP/2.0/${viaTransport(transport)} ${hostText(host)}:${port};rport;branch=z9hG4bK${this.token(12)}`,
    ]
  }

  /** Our Contact, saying that a fax machine answers here (RFC 6913 §4). */
  contact(user: string, transport: SipTransport, trunk?: TrunkSettings): HeaderLine {
    const { host, port } = this.localAddress(transport, trunk)
    const parameters = transport === 'udp' ? '' : `;transport=${transport}`
    return ['contact', `<${writeUri(user, host, port, parameters)}>;+sip.fax="t38"`]
  }

  /** `User-Agent` for requests, `Server` for responses. */
  nameHeader(name: 'user-agent' | 'server'): HeaderLine[] {
    return this.options.name === undefined ? [] : [[name, this.options.name]]
  }

  startInvite(
    request: SipRequest,
    to: SipAddress,
    handlers: Omit<InviteClientHandlers, 'onTerminated'>,
  ): InviteClientTransaction {
    const key = clientKey(request)
    const transaction = new InviteClientTransaction(this, request, to, {
      ...handlers,
      onTerminated: () => this.#clients.delete(key),
    })
    this.#clients.set(key, transaction)
    return transaction
  }

  startRequest(
    request: SipRequest,
    to: SipAddress,
    handlers: Omit<ClientHandlers, 'onTerminated'>,
  ): ClientTransaction {
    const key = clientKey(request)
    const transaction = new ClientTransaction(this, request, to, {
      ...handlers,
      onTerminated: () => this.#clients.delete(key),
    })
    this.#clients.set(key, transaction)
    return transaction
  }

  /** False when no request of ours asked for it. */
  receiveResponse(response: SipResponse, envelope: Envelope): boolean {
    const transaction = this.#clients.get(`${envelope.branch} ${envelope.cseq.method}`)
    transaction?.receive(response)
    return transaction !== undefined
  }

  /** The transaction a request belongs to, for its ACK and CANCEL too (RFC 3261 §17.2.3). */
  findServer(envelope: Envelope, method: string): AnyServerTransaction | undefined {
    return this.#servers.get(serverKey(envelope, method))
  }

  startInviteServer(request: SipRequest, envelope: Envelope, to: SipAddress): InviteServerTransaction {
    const key = serverKey(envelope, 'INVITE')
    const transaction = new InviteServerTransaction(this, request, to, () => this.#servers.delete(key))
    this.#servers.set(key, transaction)
    return transaction
  }

  /** Answers a request and stands by to answer its repetitions. */
  answer(request: SipRequest, envelope: Envelope, response: SipResponse, to: SipAddress): void {
    const key = serverKey(envelope, request.method)
    this.#servers.set(key, new ServerTransaction(this, to, response, () => this.#servers.delete(key)))
  }

  /** Every pending request to that address fails at once (RFC 3261 §8.1.3.1). */
  failTransport(to: SipAddress): void {
    const key = addressKey(to)
    for (const transaction of [...this.#clients.values()]) {
      if (addressKey(transaction.to) === key) transaction.fail('transport')
    }
  }

  respond(
    transaction: InviteServerTransaction,
    source: SipAddress,
    status: number,
    toTag: string,
    headers: HeaderLine[] = [],
  ): void {
    const extra = [...this.nameHeader('server'), ...headers]
    transaction.respond(responseTo(transaction.request, source, status, { toTag, headers: extra }))
  }
}

function clientKey(request: SipRequest): string {
  const branch = /;branch=([^;,\s]+)/.exec(request.headers.get('via')!)![1]!
  return `${branch} ${request.method}`
}

/** A branch without the magic cookie is no key by itself: such a client predates RFC 3261. */
function serverKey(envelope: Envelope, method: string): string {
  const { via, branch, callId, cseq, fromTag } = envelope
  const key = `${method} ${branch} ${via.host.toLowerCase()}:${via.port ?? ''}`
  return branch.startsWith('z9hG4bK') ? key : `${key} ${callId} ${cseq.number} ${fromTag}`
}
