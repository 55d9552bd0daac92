import { ParseError } from '../../parse-error.ts'
import type { SipAddress } from '../address.ts'
import { type Envelope, readEnvelope } from '../message/envelope.ts'
import { parseMessage } from '../message/parse-message.ts'
import type { SipRequest, SipResponse } from '../message/sip-message.ts'
import { writeUri } from '../message/uri.ts'
import type { LocalMedia } from '../sdp/media.ts'
import type { Call } from './call.ts'
import { checkHeaders } from './check-headers.ts'
import { Core } from './core.ts'
import type { UserAgentEffect } from './events.ts'
import { KeepAlive } from './keep-alive.ts'
import { Leg } from './leg.ts'
import type { AcceptCall, PlaceCall, TrunkSettings, UserAgentOptions } from './options.ts'
import { Registration } from './registration.ts'
import { RequestRouter } from './request-router.ts'

interface Trunk {
  readonly settings: TrunkSettings
  readonly registration: Registration | undefined
  readonly keepAlive: KeepAlive | undefined
}

const ANSWER_MS = 180_000

/**
 * A SIP user agent without sockets and without a clock: messages and time go in, messages and events come out of
 * `takeEffects`. Every call that gives a time may produce effects; `wakeMs` says when to call `advance` next. Time must not
 * run backwards; if it does it is held.
 */
export class UserAgent {
  readonly #core: Core
  readonly #calls = new Map<string, Call>()
  readonly #trunks = new Map<string, Trunk>()
  readonly #router: RequestRouter
  #callCount = 0

  constructor(options: UserAgentOptions) {
    this.#core = new Core(options)
    this.#router = new RequestRouter(this.#core, {
      nextId: () => this.#nextId(),
      keep: (call) => this.#calls.set(call.leg.id, call),
      forget: (call) => this.#calls.delete(call.leg.id),
      isFull: () => this.#calls.size >= this.#core.limits.callsMax,
    })
  }

  /** When `advance` is due, or Infinity. */
  get wakeMs(): number {
    return this.#core.alarms.nextMs
  }

  /** Calls in any state. */
  get callCount(): number {
    return this.#calls.size
  }

  /** What happened since the last time, in order. */
  takeEffects(): UserAgentEffect[] {
    return this.#core.takeEffects()
  }

  /** Rings every alarm that is due, in order of its time. */
  advance(nowMs: number): void {
    for (;;) {
      const alarm = this.#core.alarms.takeDue(nowMs)
      if (alarm === undefined) break
      // Each at its own time, so that a late call repeats nothing in a burst of wrong intervals.
      this.#core.nowMs = Math.max(this.#core.nowMs, alarm.atMs)
      alarm.ring()
    }
    this.#core.nowMs = Math.max(this.#core.nowMs, nowMs)
  }

  /** One datagram, or one message cut from a stream by `StreamFramer`. Never throws for what the bytes are. */
  receive(bytes: Uint8Array, from: SipAddress, nowMs: number): void {
    this.advance(nowMs)
    // Keep-alives of NATs: empty lines, or a single zero byte.
    if (bytes.length <= 4 && bytes.every((byte) => byte === 13 || byte === 10 || byte === 0)) return
    try {
      const message = parseMessage(bytes)
      const envelope = readEnvelope(message)
      checkHeaders(message)
      if (message.kind === 'response') this.#receiveResponse(message, envelope)
      else this.#receiveRequest(message, envelope, from)
    } catch (error) {
      if (!(error instanceof ParseError)) throw error
      this.#core.emit({ kind: 'unreadable_message', from, field: error.field, reason: error.reason })
    }
  }

  /** Nothing can be sent to that address: requests waiting there fail now instead of by timeout. */
  transportFailed(to: SipAddress, nowMs: number): void {
    this.advance(nowMs)
    this.#core.failTransport(to)
  }

  /** Makes a trunk usable, registers and watches it as its settings say. Replaces one of the same id. */
  addTrunk(settings: TrunkSettings, nowMs: number): void {
    this.advance(nowMs)
    // Taking a registration back would race with the new one of the same Contact.
    this.#dropTrunk(settings.id, (old) => bindingOf(old) !== bindingOf(settings))
    const { registerSeconds, keepAliveSeconds } = settings
    const registration = registerSeconds ? new Registration(this.#core, settings, registerSeconds) : undefined
    const keepAlive = keepAliveSeconds ? new KeepAlive(this.#core, settings, keepAliveSeconds) : undefined
    this.#trunks.set(settings.id, { settings, registration, keepAlive })
    registration?.start()
    keepAlive?.start()
  }

  /** Takes the registration back; calls on the trunk go on. */
  removeTrunk(trunkId: string, nowMs: number): void {
    this.advance(nowMs)
    this.#dropTrunk(trunkId, () => true)
  }

  /**
   * Sends the INVITE and gives the id of the call. It ends with one `failed` or, once `answered`, one `ended` event.
   *
   * @returns undefined when there is no room for another call.
   * @throws {TypeError} for a trunk that was not added.
   */
  placeCall(order: PlaceCall, nowMs: number): string | undefined {
    this.advance(nowMs)
    const trunk = this.#trunks.get(order.trunkId)?.settings
    if (trunk === undefined) throw new TypeError('no trunk of that id')
    if (this.#calls.size >= this.#core.limits.callsMax || this.#core.isFull) return undefined
    const { domain, address, user } = trunk
    const leg = new Leg(this.#core, {
      id: this.#nextId(),
      sipCallId: this.#core.token(16),
      localTag: this.#core.token(),
      user,
      transport: address.transport,
      ownsCallId: true,
    })
    leg.useTrunk(trunk)
    const call = this.#router.keep(leg)
    const uri = writeUri(order.to, domain)
    const displayName = (order.displayName ?? '').replace(/[^\x20-\x7e]|["\\]/g, '')
    const shown = displayName === '' ? '' : `"${displayName}" `
    const asserted = order.assertedIdentity
    call.place(
      {
        uri,
        to: address,
        from: `${shown}<${writeUri(order.from, domain)}>;tag=${leg.localTag}`,
        toHeader: `<${uri}>`,
        headers: asserted === undefined ? [] : [['p-asserted-identity', `<${writeUri(asserted, domain)}>`]],
        answerWithinMs: order.answerWithinMs ?? ANSWER_MS,
      },
      order.media,
    )
    return leg.id
  }

  /** Says 180 to an incoming call. False when it waits for no answer. */
  ringCall(callId: string, nowMs: number): boolean {
    return this.#with(callId, nowMs, (call) => call.ring())
  }

  /** Answers an incoming call. False when it waits for no answer, or its offer has no such media. */
  acceptCall(callId: string, { media, trunkId }: AcceptCall, nowMs: number): boolean {
    const trunk = trunkId === undefined ? undefined : this.#trunks.get(trunkId)?.settings
    return this.#with(callId, nowMs, (call) => call.accept(media, trunk))
  }

  /** @param status 400–699, e.g. 486 for a busy line. */
  rejectCall(callId: string, status: number, nowMs: number): boolean {
    return this.#with(callId, nowMs, (call) => call.reject(status))
  }

  /** Ends a call in any state: CANCEL, BYE, or a rejection. `q850Cause` goes out as the Reason of a BYE. */
  hangUp(callId: string, nowMs: number, q850Cause?: number): boolean {
    return this.#with(callId, nowMs, (call) => {
      call.hangUp(q850Cause)
      return true
    })
  }

  /** Offers T.38 by re-INVITE, as soon as nothing else is under way. Ends in `media_changed` or `t38_refused`. */
  offerT38(callId: string, media: Extract<LocalMedia, { kind: 't38' }>, nowMs: number): boolean {
    return this.#with(callId, nowMs, (call) => {
      call.offerT38(media)
      return true
    })
  }

  /** Takes a `media_offered`. False when there is none, or it has no such media. */
  acceptOffer(callId: string, media: LocalMedia, nowMs: number): boolean {
    return this.#with(callId, nowMs, (call) => call.acceptOffer(media))
  }

  /** Declines a `media_offered`: the session stays as it is. @param status normally 488. */
  refuseOffer(callId: string, status: number, nowMs: number): boolean {
    return this.#with(callId, nowMs, (call) => call.refuseOffer(status))
  }

  #dropTrunk(trunkId: string, takesBack: (settings: TrunkSettings) => boolean): void {
    const trunk = this.#trunks.get(trunkId)
    if (trunk === undefined) return
    trunk.registration?.stop(takesBack(trunk.settings))
    trunk.keepAlive?.stop()
    this.#trunks.delete(trunkId)
  }

  #with(callId: string, nowMs: number, run: (call: Call) => boolean): boolean {
    this.advance(nowMs)
    const call = this.#calls.get(callId)
    return call !== undefined && !call.leg.isOver && run(call)
  }

  #nextId(): string {
    return `call-${++this.#callCount}`
  }

  #receiveResponse(response: SipResponse, envelope: Envelope): void {
    this.#core.receiveResponse(response, envelope)
  }

  #receiveRequest(request: SipRequest, envelope: Envelope, from: SipAddress): void {
    this.#router.receive(request, envelope, from)
  }
}

/** What a registrar keeps apart: who is registered, where, and under which Contact. */
function bindingOf({ address, domain, user, contact, registerSeconds }: TrunkSettings): string {
  return JSON.stringify([address, domain, user, contact, registerSeconds !== undefined])
}
