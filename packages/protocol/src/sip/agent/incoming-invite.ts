import type { SipAddress } from '../address.ts'
import type { Alarm } from '../alarms.ts'
import { causeOfFailure } from '../call-end.ts'
import { dialogOfRequest } from '../dialog/dialog.ts'
import { readReason } from '../message/headers.ts'
import type { SipRequest } from '../message/sip-message.ts'
import { readDescription } from '../sdp/body.ts'
import type { LocalMedia } from '../sdp/media.ts'
import type { SessionDescription } from '../sdp/session-description.ts'
import type { InviteServerTransaction } from '../transaction/invite-server.ts'
import type { Leg } from './leg.ts'
import type { TrunkSettings } from './options.ts'
import { ALLOW, responseTo, SUPPORTED } from './respond.ts'
import type { SessionTimer } from './session-timer.ts'
import type { SuccessRepeater } from './success-repeater.ts'

export interface Invitation {
  readonly transaction: InviteServerTransaction
  readonly source: SipAddress
  readonly cseq: number
  /** Undefined: the caller wants our offer. */
  readonly sdp: SessionDescription | undefined
}

/** The INVITE that makes a call to us, from its arrival to the ACK (RFC 3261 §13.3). */
export class IncomingInvite {
  readonly #leg: Leg
  readonly #invitation: Invitation
  readonly #timer: SessionTimer
  readonly #repeater: SuccessRepeater
  readonly #deadline: Alarm
  /** Neither answered, refused nor canceled. */
  #isOpen = true

  constructor(leg: Leg, invitation: Invitation, timer: SessionTimer, repeater: SuccessRepeater) {
    this.#leg = leg
    this.#invitation = invitation
    this.#timer = timer
    this.#repeater = repeater
    const { core } = leg
    this.#deadline = core.alarms.set(core.nowMs + core.limits.ringMsMax, () => this.reject(480))
    core.respond(invitation.transaction, invitation.source, 100, leg.localTag)
  }

  /** Says 180. A caller that wants it reliable gets none (RFC 3262 §3 lets us do without). */
  ring(): boolean {
    if (!this.#isOpen) return false
    const { transaction, source } = this.#invitation
    if (transaction.request.headers.names('require', '100rel')) return true
    this.#leg.core.respond(transaction, source, 180, this.#leg.localTag, [this.#leg.contact()])
    return true
  }

  /** @param onAck the ACK came, and the answer with it if the offer was ours; `isSound` is false if it was none. */
  accept(media: LocalMedia, trunk: TrunkSettings | undefined, onAck: (isSound: boolean) => void): boolean {
    const leg = this.#leg
    const { transaction, source, cseq, sdp } = this.#invitation
    const answer = sdp === undefined ? undefined : leg.session.answer(sdp, media)
    if (!this.#isOpen || (sdp !== undefined && answer === undefined)) return false
    this.#settle()
    if (trunk !== undefined) leg.useTrunk(trunk)
    leg.dialog = dialogOfRequest(transaction.request, leg.localTag, source)
    const proposal = answer ?? leg.session.offer(media)
    leg.session.commit(proposal, answer?.negotiated, sdp)
    const timerHeaders = this.#timer.startFromRequest(transaction.request)
    const headers = [leg.contact(), ALLOW, SUPPORTED, ...leg.core.nameHeader('server'), ...timerHeaders]
    const parts = { toTag: leg.localTag, headers, body: proposal.body }
    const response = responseTo(transaction.request, source, 200, parts)
    transaction.respond(response)
    if (answer !== undefined) leg.core.emit({ kind: 'answered', callId: leg.id, media: answer.negotiated })
    this.#repeater.start(cseq, response, transaction.to, (ack) =>
      onAck(answer !== undefined || this.#readAnswer(ack)),
    )
    return true
  }

  reject(status: number): boolean {
    if (!this.#isOpen) return false
    this.#settle()
    const { transaction, source } = this.#invitation
    this.#leg.core.respond(transaction, source, status, this.#leg.localTag)
    this.#leg.fail(status, causeOfFailure(status, undefined))
    return true
  }

  /** False when the CANCEL is for another INVITE, or too late. */
  cancel(transaction: InviteServerTransaction, cancel: SipRequest): boolean {
    if (!this.#isOpen || transaction !== this.#invitation.transaction) return false
    this.#settle()
    this.#leg.core.respond(transaction, this.#invitation.source, 487, this.#leg.localTag)
    this.#leg.fail(487, 'canceled', readReason(cancel.headers).q850Cause)
    return true
  }

  #settle(): void {
    this.#isOpen = false
    this.#leg.core.alarms.cancel(this.#deadline)
  }

  #readAnswer(ack: SipRequest): boolean {
    const { core, id, session } = this.#leg
    const proposal = session.current!
    const sdp = readDescription(ack)
    const negotiated = typeof sdp === 'string' ? undefined : session.read(proposal, sdp)
    if (negotiated === undefined || typeof sdp === 'string') return false
    session.commit(proposal, negotiated, sdp)
    core.emit({ kind: 'answered', callId: id, media: negotiated })
    return true
  }
}
