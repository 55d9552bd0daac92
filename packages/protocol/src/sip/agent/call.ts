import type { SipAddress } from '../address.ts'
import { type CallCause, causeOfRelease } from '../call-end.ts'
import type { Envelope } from '../message/envelope.ts'
import { readReason } from '../message/headers.ts'
import type { HeaderLine, SipRequest } from '../message/sip-message.ts'
import { readDescription } from '../sdp/body.ts'
import type { LocalMedia } from '../sdp/media.ts'
import type { InviteServerTransaction } from '../transaction/invite-server.ts'
import { IncomingInvite, type Invitation } from './incoming-invite.ts'
import { IncomingOffer } from './incoming-offer.ts'
import type { Leg } from './leg.ts'
import type { TrunkSettings } from './options.ts'
import { type InviteTarget, OutgoingInvite } from './outgoing-invite.ts'
import { OutgoingOffer } from './outgoing-offer.ts'
import { ALLOW, SUPPORTED } from './respond.ts'
import { SessionTimer } from './session-timer.ts'
import { SuccessRepeater } from './success-repeater.ts'

/** One call, either way: its parts, and what may happen to it in which order. */
export class Call {
  readonly leg: Leg
  readonly #timer: SessionTimer
  readonly #repeater: SuccessRepeater
  readonly #offersOut: OutgoingOffer
  readonly #offersIn: IncomingOffer
  #outgoing: OutgoingInvite | undefined
  #incoming: IncomingInvite | undefined
  /** Hung up before the ACK to our 2xx came; the BYE waits for it (RFC 3261 §15). */
  #byeWaits: { readonly reason: HeaderLine | undefined } | undefined
  readonly #onGone: () => void

  /** @param onGone the call needs no more messages: forget it. */
  constructor(leg: Leg, onGone: () => void) {
    this.leg = leg
    this.#onGone = onGone
    this.#timer = new SessionTimer(
      leg.core,
      () => this.#offersOut.refresh(),
      () => this.#hangUp('signalling', 'carrier_down', undefined),
    )
    this.#repeater = new SuccessRepeater(leg.core, () => this.#onNoAck())
    this.#offersIn = new IncomingOffer(leg, this.#timer, this.#repeater, () => this.#goOn())
    this.#offersOut = new OutgoingOffer(
      leg,
      this.#timer,
      () => !this.#offersIn.isPending && !this.#repeater.isWaiting,
    )
    leg.whenOver(() => this.#onOver())
  }

  place(target: InviteTarget, media: LocalMedia): void {
    const proposal = this.leg.session.offer(media)
    this.#outgoing = new OutgoingInvite(this.leg, target, proposal, this.#timer, () =>
      this.#offersOut.flush(),
    )
    this.#outgoing.start()
  }

  /** Takes up an INVITE to us; the owner is asked by the caller of this. */
  arrive(invitation: Invitation): void {
    this.#incoming = new IncomingInvite(this.leg, invitation, this.#timer, this.#repeater)
  }

  ring(): boolean {
    return this.#incoming?.ring() === true
  }

  accept(media: LocalMedia, trunk: TrunkSettings | undefined): boolean {
    const accepted = this.#incoming?.accept(media, trunk, (isSound) => {
      if (!isSound) this.#hangUp('signalling', 'media_refused', undefined)
      this.#goOn()
    })
    return accepted === true
  }

  reject(status: number): boolean {
    return this.#incoming?.reject(status) === true
  }

  /** Ends the call in whatever state it is. */
  hangUp(q850Cause: number | undefined, cause: CallCause = 'normal'): void {
    if (this.leg.dialog !== undefined) this.#hangUp('local', cause, q850Cause)
    else if (this.#outgoing !== undefined) this.#outgoing.cancel(cause === 'normal' ? 'canceled' : cause)
    else this.reject(480)
  }

  offerT38(media: LocalMedia): void {
    this.#offersOut.offerT38(media)
  }

  acceptOffer(media: LocalMedia): boolean {
    return this.#offersIn.accept(media)
  }

  refuseOffer(status: number): boolean {
    return this.#offersIn.refuse(status)
  }

  /** An INVITE inside the dialog. */
  receiveInvite(transaction: InviteServerTransaction, envelope: Envelope, source: SipAddress): void {
    const { core, dialog, localTag, isOver } = this.leg
    if (isOver) core.respond(transaction, source, 481, localTag)
    // The peer is ahead of its own 200, which was lost: it will offer again.
    else if (dialog === undefined) core.respond(transaction, source, 491, localTag)
    else if (!this.#isInOrder(envelope)) core.respond(transaction, source, 500, localTag)
    else this.#offersIn.receive(transaction, envelope, source, this.#hasOpenOffer())
  }

  receiveAck(ack: SipRequest, envelope: Envelope): void {
    this.#repeater.receiveAck(envelope.cseq.number, ack)
  }

  receiveCancel(transaction: InviteServerTransaction, cancel: SipRequest): void {
    if (this.#incoming?.cancel(transaction, cancel) !== true) this.#offersIn.cancel(transaction)
  }

  /** Everything else inside the dialog; gives the status to answer with. */
  receiveOther(
    request: SipRequest,
    envelope: Envelope,
  ): { status: number; headers?: HeaderLine[]; body?: Uint8Array } {
    if (!this.#isInOrder(envelope)) return { status: 500 }
    switch (request.method) {
      case 'BYE':
        this.#receiveBye(request)
        return { status: 200 }
      case 'UPDATE':
        return this.#receiveUpdate(request)
      // DTMF and the like: understood as far as a fax machine can.
      case 'INFO':
        return { status: this.leg.isOver ? 481 : 200 }
      case 'OPTIONS':
        return { status: 200, headers: [ALLOW, SUPPORTED] }
      case 'PRACK':
        return { status: 481 }
      default:
        return { status: 405, headers: [ALLOW] }
    }
  }

  #receiveBye(request: SipRequest): void {
    const { q850Cause } = readReason(request.headers)
    this.#byeWaits = undefined
    this.#repeater.stop()
    if (this.leg.dialog === undefined && this.#outgoing !== undefined) this.#outgoing.abandoned()
    else this.leg.end('remote', causeOfRelease(q850Cause), q850Cause)
    this.#onGone()
  }

  /** Not in our Allow, but sent all the same for refreshes (RFC 3311, RFC 4028 §7.4): those are answered, offers are not. */
  #receiveUpdate(request: SipRequest): { status: number; headers?: HeaderLine[]; body?: Uint8Array } {
    if (this.leg.isOver) return { status: 481 }
    const sdp = readDescription(request)
    const refresh = typeof sdp === 'string' ? undefined : this.leg.session.refreshAnswer(sdp)
    if (sdp !== 'none' && refresh === undefined) return { status: 488 }
    const headers = [this.leg.contact(), ...this.#timer.startFromRequest(request)]
    return refresh === undefined ? { status: 200, headers } : { status: 200, headers, body: refresh.body }
  }

  /** An offer of ours is unanswered: in an INVITE on the wire, or in a 200 whose ACK is to bring the answer. */
  #hasOpenOffer(): boolean {
    return this.#offersOut.isPending || this.leg.session.negotiated === undefined
  }

  /** RFC 3261 §12.2.2: a lower number than the last is out of order. */
  #isInOrder({ cseq }: Envelope): boolean {
    const { dialog } = this.leg
    if (dialog === undefined) return true
    if (dialog.remoteCSeq !== undefined && cseq.number < dialog.remoteCSeq) return false
    dialog.remoteCSeq = cseq.number
    return true
  }

  /** An ACK came or an offer was settled: what waited for it may go. */
  #goOn(): void {
    if (this.#byeWaits === undefined) this.#offersOut.flush()
    else if (!this.#repeater.isWaiting) this.#sendBye(this.#byeWaits.reason)
  }

  #onNoAck(): void {
    this.leg.end('signalling', 'protocol_error')
    this.#sendBye(this.#byeWaits?.reason)
  }

  #hangUp(by: 'local' | 'signalling', cause: CallCause, q850Cause: number | undefined): void {
    if (this.leg.isOver) return
    const reason: HeaderLine | undefined =
      q850Cause === undefined ? undefined : ['reason', `Q.850;cause=${q850Cause}`]
    this.leg.end(by, cause, q850Cause)
    if (this.#repeater.isWaiting) this.#byeWaits = { reason }
    else this.#sendBye(reason)
  }

  #sendBye(reason: HeaderLine | undefined): void {
    this.#byeWaits = undefined
    this.#repeater.stop()
    if (this.leg.dialog !== undefined) this.leg.bye(this.leg.dialog, reason)
    this.#onGone()
  }

  #onOver(): void {
    this.#timer.stop()
    this.#offersOut.stop()
    this.#offersIn.stop()
    // With a dialog there is a BYE to come, ours or the ACK's before it; the others are gone at once.
    if (this.leg.dialog === undefined || !this.#repeater.isWaiting) this.#onGone()
  }
}
