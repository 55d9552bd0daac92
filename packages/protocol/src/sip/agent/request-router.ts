import { ParseError } from '../../parse-error.ts'
import type { SipAddress } from '../address.ts'
import type { Envelope } from '../message/envelope.ts'
import { parseNameAddr } from '../message/name-addr.ts'
import type { SipRequest } from '../message/sip-message.ts'
import { splitParameters } from '../message/split.ts'
import { parseUri } from '../message/uri.ts'
import { responseAddress } from '../message/via.ts'
import { writeMessage } from '../message/write-message.ts'
import { readDescription } from '../sdp/body.ts'
import { readOffer } from '../sdp/media.ts'
import { InviteServerTransaction } from '../transaction/invite-server.ts'
import { ServerTransaction } from '../transaction/server.ts'
import { Call } from './call.ts'
import type { Core } from './core.ts'
import { Leg } from './leg.ts'
import { ALLOW, type ResponseParts, responseTo, SUPPORTED, SUPPORTED_TAGS } from './respond.ts'

interface CallRegister {
  nextId(): string
  keep(call: Call): void
  forget(call: Call): void
  isFull(): boolean
}

/** Leads each request to its transaction, its call, or an answer of its own (RFC 3261 §8.2, §12.2.2). */
export class RequestRouter {
  readonly #core: Core
  readonly #register: CallRegister
  /** Calls by Call-ID and our tag, which is what the peer names them by. */
  readonly #byDialog = new Map<string, Call>()
  /** Incoming calls by Call-ID and the peer's tag, to tell a second copy of an INVITE. */
  readonly #byCaller = new Map<string, Call>()
  /** The call of an INVITE, for its CANCEL. */
  readonly #byTransaction = new WeakMap<InviteServerTransaction, Call>()

  constructor(core: Core, register: CallRegister) {
    this.#core = core
    this.#register = register
  }

  /** Makes a call that is found by its dialog from now on until it is gone. */
  keep(leg: Leg, callerKey?: string): Call {
    const key = dialogKey(leg.sipCallId, leg.localTag)
    const call: Call = new Call(leg, () => {
      this.#byDialog.delete(key)
      if (callerKey !== undefined) this.#byCaller.delete(callerKey)
      this.#register.forget(call)
    })
    this.#byDialog.set(key, call)
    if (callerKey !== undefined) this.#byCaller.set(callerKey, call)
    this.#register.keep(call)
    return call
  }

  receive(request: SipRequest, envelope: Envelope, from: SipAddress): void {
    const { method } = request
    const known = this.#core.findServer(envelope, method === 'ACK' || method === 'CANCEL' ? 'INVITE' : method)
    if (method === 'ACK') {
      if (known instanceof InviteServerTransaction) known.receiveAck()
      this.#byDialog.get(dialogKey(envelope.callId, envelope.toTag))?.receiveAck(request, envelope)
    } else if (method === 'CANCEL') {
      this.#receiveCancel(request, envelope, from, known)
    } else if (known instanceof InviteServerTransaction) {
      known.receiveInvite()
    } else if (known instanceof ServerTransaction) {
      known.receive()
    } else {
      this.#receiveNew(request, envelope, from)
    }
  }

  #receiveNew(request: SipRequest, envelope: Envelope, from: SipAddress): void {
    const unsupported = request.headers
      .list('require')
      .filter((tag) => !SUPPORTED_TAGS.includes(tag.toLowerCase()) && /^[\w.-]{1,64}$/.test(tag))
    if (unsupported.length > 0) {
      this.#reply(request, envelope, from, 420, { headers: [['unsupported', unsupported.join(', ')]] })
    } else if (envelope.toTag !== '') {
      this.#receiveInDialog(request, envelope, from)
    } else if (request.method === 'INVITE') {
      this.#receiveCall(request, envelope, from)
    } else if (request.method === 'OPTIONS') {
      const headers = [ALLOW, SUPPORTED, ['accept', 'application/sdp'] as const]
      this.#reply(request, envelope, from, 200, { headers })
    } else if (['BYE', 'PRACK', 'UPDATE', 'INFO'].includes(request.method)) {
      this.#reply(request, envelope, from, 481)
    } else {
      this.#reply(request, envelope, from, 405, { headers: [ALLOW] })
    }
  }

  #receiveInDialog(request: SipRequest, envelope: Envelope, from: SipAddress): void {
    const call = this.#byDialog.get(dialogKey(envelope.callId, envelope.toTag))
    const remoteTag = call?.leg.dialog?.remoteTag
    if (call === undefined || (remoteTag !== undefined && remoteTag !== envelope.fromTag)) {
      this.#reply(request, envelope, from, 481)
      return
    }
    const to = responseAddress(envelope.via, from)
    if (this.#core.isFull) {
      this.#reply(request, envelope, from, 503)
    } else if (request.method === 'INVITE') {
      const transaction = this.#core.startInviteServer(request, envelope, to)
      this.#byTransaction.set(transaction, call)
      call.receiveInvite(transaction, envelope, from)
    } else {
      const { status, headers, body } = call.receiveOther(request, envelope)
      this.#core.answer(request, envelope, responseTo(request, from, status, { headers, body }), to)
    }
  }

  #receiveCall(request: SipRequest, envelope: Envelope, from: SipAddress): void {
    const callerKey = dialogKey(envelope.callId, envelope.fromTag)
    const description = readDescription(request)
    const sdp = typeof description === 'string' ? undefined : description
    const offer = sdp && readOffer(sdp, true)
    const refuse = (status: number) => {
      this.#reply(request, envelope, from, status)
      this.#core.emit({ kind: 'incoming_refused', from, status })
    }
    // The same INVITE by another path of a forking proxy (RFC 3261 §8.2.2.2).
    if (this.#byCaller.has(callerKey)) this.#reply(request, envelope, from, 482)
    else if (this.#register.isFull() || this.#core.isFull) refuse(503)
    else if (description === 'unreadable' || (sdp !== undefined && offer === undefined)) refuse(488)
    else {
      const leg = new Leg(this.#core, {
        id: this.#register.nextId(),
        sipCallId: envelope.callId,
        localTag: this.#core.token(),
        user: calledUser(request.uri),
        transport: from.transport,
        ownsCallId: false,
      })
      const call = this.keep(leg, callerKey)
      const transaction = this.#core.startInviteServer(request, envelope, responseAddress(envelope.via, from))
      this.#byTransaction.set(transaction, call)
      call.arrive({ transaction, source: from, cseq: envelope.cseq.number, sdp })
      const { id, sipCallId } = leg
      const { headers } = request
      const isFax = [...headers.all('contact'), ...headers.all('accept-contact')].some(saysFax)
      this.#core.emit({
        kind: 'incoming_call',
        callId: id,
        sipCallId,
        from,
        caller: callerOf(request),
        called: leg.user,
        offer,
        isFax,
      })
    }
  }

  #receiveCancel(
    request: SipRequest,
    envelope: Envelope,
    from: SipAddress,
    known: InviteServerTransaction | ServerTransaction | undefined,
  ): void {
    if (!(known instanceof InviteServerTransaction)) {
      this.#reply(request, envelope, from, 481)
      return
    }
    // 200 whether or not there was still something to cancel (RFC 3261 §9.2).
    const call = this.#byTransaction.get(known)
    this.#reply(request, envelope, from, 200, call === undefined ? {} : { toTag: call.leg.localTag })
    if (known.isPending) call?.receiveCancel(known, request)
  }

  /** Answers without a transaction (RFC 3261 §8.2.7): a repetition gets the same answer by the same rule. */
  #reply(
    request: SipRequest,
    envelope: Envelope,
    from: SipAddress,
    status: number,
    parts: ResponseParts = {},
  ): void {
    const headers = [...(parts.headers ?? []), ...this.#core.nameHeader('server')]
    const response = responseTo(request, from, status, { toTag: this.#core.token(), ...parts, headers })
    this.#core.send(responseAddress(envelope.via, from), writeMessage(response))
  }
}

function dialogKey(callId: string, tag: string): string {
  return `${callId} ${tag}`
}

/** RFC 6913: `sip.fax` on a Contact, or asked of whoever answers; RFC 3840 §9 puts a plus before it, some peers do not. */
function saysFax(value: string): boolean {
  const close = value.indexOf('>')
  const { parameters } = splitParameters(`;${value.slice(close + 1)}`, 'contact')
  return parameters.has('+sip.fax') || parameters.has('sip.fax')
}

function callerOf(request: SipRequest) {
  const from = parseUri(parseNameAddr(request.headers.get('from')!, 'sip.from').uri)
  return { user: from.user, host: from.host, assertedUser: assertedUser(request) }
}

function assertedUser(request: SipRequest): string | undefined {
  for (const value of request.headers.list('p-asserted-identity')) {
    const user = quietly(() => parseUri(parseNameAddr(value, 'sip.asserted').uri).user)
    if (user !== undefined) return user
  }
  return undefined
}

function calledUser(uri: string): string {
  return quietly(() => parseUri(uri).user) ?? ''
}

function quietly<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof ParseError) return undefined
    throw error
  }
}
