import type { SipAddress } from '../address.ts'
import type { Alarm } from '../alarms.ts'
import { contactOf } from '../dialog/dialog.ts'
import type { Envelope } from '../message/envelope.ts'
import type { HeaderLine, SipRequest } from '../message/sip-message.ts'
import { readDescription } from '../sdp/body.ts'
import { type LocalMedia, readOffer } from '../sdp/media.ts'
import type { Answer, Proposal } from '../sdp/media-session.ts'
import type { SessionDescription } from '../sdp/session-description.ts'
import type { InviteServerTransaction } from '../transaction/invite-server.ts'
import type { Leg } from './leg.ts'
import { ALLOW, responseTo, SUPPORTED } from './respond.ts'
import { SessionTimer } from './session-timer.ts'
import type { SuccessRepeater } from './success-repeater.ts'

interface Pending {
  readonly transaction: InviteServerTransaction
  readonly source: SipAddress
  readonly cseq: number
  readonly sdp: SessionDescription
  readonly deadline: Alarm
}

/** Re-INVITEs of the peer (RFC 3261 §14.2). */
export class IncomingOffer {
  readonly #leg: Leg
  readonly #timer: SessionTimer
  readonly #repeater: SuccessRepeater
  readonly #onDone: () => void
  #pending: Pending | undefined
  /** Our 2xx carried an offer, and its answer is to come with the ACK. */
  #awaitsAnswer = false

  /** @param onDone something of ours that waited may go now. */
  constructor(leg: Leg, timer: SessionTimer, repeater: SuccessRepeater, onDone: () => void) {
    this.#leg = leg
    this.#timer = timer
    this.#repeater = repeater
    this.#onDone = onDone
  }

  get isPending(): boolean {
    return this.#pending !== undefined
  }

  /** @param isGlare an INVITE of ours is on the wire. */
  receive(
    transaction: InviteServerTransaction,
    envelope: Envelope,
    source: SipAddress,
    isGlare: boolean,
  ): void {
    const { request } = transaction
    const refuse = (status: number, headers: readonly HeaderLine[] = []) =>
      this.#leg.core.respond(transaction, source, status, this.#leg.localTag, [...headers])
    if (this.isPending) refuse(500, [['retry-after', String(this.#leg.core.dice(11))]])
    // An ACK that is late leaves an offer of ours open (RFC 5407 §3.1.5); an answered one is no obstacle.
    else if (isGlare || this.#awaitsAnswer) refuse(491)
    else if (this.#timer.isTooSmall(request)) refuse(422, SessionTimer.tooSmallHeaders)
    else this.#take(transaction, envelope, source, refuse)
  }

  #take(
    transaction: InviteServerTransaction,
    envelope: Envelope,
    source: SipAddress,
    refuse: (status: number) => void,
  ): void {
    const { core, id, session } = this.#leg
    const sdp = readDescription(transaction.request)
    const context = { transaction, source, cseq: envelope.cseq.number }
    if (sdp === 'none') {
      this.#offerCurrent(context)
      return
    }
    if (sdp === 'unreadable') {
      refuse(488)
      return
    }
    const refresh = session.refreshAnswer(sdp)
    if (refresh !== undefined) {
      this.#succeed(context, refresh.body, this.#onDone)
      this.#commit(refresh, sdp)
      return
    }
    const offer = readOffer(sdp, false)
    if (offer === undefined) {
      refuse(488)
      return
    }
    const deadline = core.alarms.set(core.nowMs + core.limits.offerMsMax, () => this.refuse(488))
    this.#pending = { ...context, sdp, deadline }
    core.respond(transaction, source, 100, this.#leg.localTag)
    core.emit({ kind: 'media_offered', callId: id, offer })
  }

  /** False when nothing is on offer, or not this media: the offer stays open. */
  accept(media: LocalMedia): boolean {
    const pending = this.#pending
    const answer = pending && this.#leg.session.answer(pending.sdp, media)
    if (pending === undefined || answer === undefined) return false
    this.#forget()
    this.#succeed(pending, answer.body, this.#onDone)
    this.#commit(answer, pending.sdp)
    return true
  }

  /** Leaves the session as it is. */
  refuse(status: number): boolean {
    const pending = this.#pending
    if (pending === undefined) return false
    this.#forget()
    this.#leg.core.respond(pending.transaction, pending.source, status, this.#leg.localTag)
    this.#onDone()
    return true
  }

  /** A CANCEL for the INVITE of that transaction. */
  cancel(transaction: InviteServerTransaction): void {
    if (this.#pending?.transaction !== transaction) return
    this.refuse(487)
    this.#leg.core.emit({ kind: 'offer_withdrawn', callId: this.#leg.id })
  }

  /** The call is over: an offer nobody will answer is refused as terminated (RFC 3261 §15.1.2). */
  stop(): void {
    const pending = this.#pending
    if (pending === undefined) return
    this.#forget()
    this.#leg.core.respond(pending.transaction, pending.source, 487, this.#leg.localTag)
  }

  #forget(): void {
    this.#leg.core.alarms.cancel(this.#pending?.deadline)
    this.#pending = undefined
  }

  /** An INVITE without a description wants the session as it is offered (RFC 3261 §14.2, RFC 6337 §3.4). */
  #offerCurrent(context: Pick<Pending, 'transaction' | 'source' | 'cseq'>): void {
    const current = this.#leg.session.current
    if (current === undefined) return
    this.#awaitsAnswer = true
    this.#succeed(context, current.body, (ack) => {
      this.#awaitsAnswer = false
      this.#readAck(current, ack)
      this.#onDone()
    })
  }

  #readAck(proposal: Proposal, ack: SipRequest): void {
    const sdp = readDescription(ack)
    const negotiated = typeof sdp === 'string' ? undefined : this.#leg.session.read(proposal, sdp)
    if (negotiated === undefined || typeof sdp === 'string') return
    this.#commit({ ...proposal, negotiated }, sdp)
  }

  #commit(answer: Answer, sdp: SessionDescription): void {
    const { core, id, session } = this.#leg
    const before = JSON.stringify(session.negotiated)
    session.commit(answer, answer.negotiated, sdp)
    if (JSON.stringify(answer.negotiated) === before) return
    core.emit({ kind: 'media_changed', callId: id, media: answer.negotiated })
  }

  #succeed(
    { transaction, source, cseq }: Pick<Pending, 'transaction' | 'source' | 'cseq'>,
    body: Uint8Array,
    onAck: (ack: SipRequest) => void,
  ): void {
    const { core, dialog, localTag } = this.#leg
    const { request } = transaction
    if (dialog !== undefined) dialog.remoteTarget = contactOf(request.headers) ?? dialog.remoteTarget
    const timerHeaders = this.#timer.startFromRequest(request)
    const headers = [this.#leg.contact(), ALLOW, SUPPORTED, ...core.nameHeader('server'), ...timerHeaders]
    const response = responseTo(request, source, 200, { toTag: localTag, headers, body })
    transaction.respond(response)
    this.#repeater.start(cseq, response, transaction.to, onAck)
  }
}
