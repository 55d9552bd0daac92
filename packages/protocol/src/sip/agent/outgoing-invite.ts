import type { SipAddress } from '../address.ts'
import type { Alarm } from '../alarms.ts'
import { type CallCause, causeOfFailure } from '../call-end.ts'
import { type Dialog, dialogOfResponse } from '../dialog/dialog.ts'
import { readEnvelope } from '../message/envelope.ts'
import { readReason, readSeconds } from '../message/headers.ts'
import { type HeaderLine, Headers, type SipRequest, type SipResponse } from '../message/sip-message.ts'
import { readNumber } from '../message/split.ts'
import { readDescription } from '../sdp/body.ts'
import type { Proposal } from '../sdp/media-session.ts'
import type { SessionDescription } from '../sdp/session-description.ts'
import type { TransactionFailure } from '../transaction/host.ts'
import type { InviteClientTransaction } from '../transaction/invite-client.ts'
import { cancelInvite } from './cancel.ts'
import { AUTH_TRIES_MAX, type Leg } from './leg.ts'
import { ALLOW, SUPPORTED } from './respond.ts'
import type { SessionTimer } from './session-timer.ts'

/** RFC 3262 §3: a sequence number of a reliable provisional response. */
const RSEQ_MAX = 2 ** 31 - 1

/** A dialog that exists before the call is answered; a forked call has several. */
interface Early {
  readonly dialog: Dialog
  lastRSeq: number
  answer: SessionDescription | undefined
}

export interface InviteTarget {
  readonly uri: string
  readonly to: SipAddress
  /** From and To values, the latter without a tag, and headers of the trunk's choice. */
  readonly from: string
  readonly toHeader: string
  readonly headers: readonly HeaderLine[]
  readonly answerWithinMs: number
}

/** The INVITE that makes a call of ours, from the first request to the ACK (RFC 3261 §13.2). */
export class OutgoingInvite {
  readonly #leg: Leg
  readonly #target: InviteTarget
  readonly #proposal: Proposal
  readonly #timer: SessionTimer
  readonly #onUp: () => void
  readonly #early = new Map<string, Early>()
  readonly #acks = new Map<string, { to: SipAddress; bytes: Uint8Array }>()
  #transaction!: InviteClientTransaction
  #deadline: Alarm | undefined
  #tries = 0
  #isCanceled = false

  constructor(leg: Leg, target: InviteTarget, proposal: Proposal, timer: SessionTimer, onUp: () => void) {
    this.#leg = leg
    this.#target = target
    this.#proposal = proposal
    this.#timer = timer
    this.#onUp = onUp
  }

  start(): void {
    const { alarms, nowMs } = this.#leg.core
    this.#deadline = alarms.set(nowMs + this.#target.answerWithinMs, () => this.cancel('no_answer'))
    this.#send()
  }

  /** Gives up before the answer. The owner is told at once; the network is told when it can be (RFC 3261 §9.1). */
  cancel(cause: CallCause): void {
    if (this.#leg.isOver || this.#leg.dialog !== undefined) return
    this.#giveUp(487, cause)
    if (this.#transaction.isProceeding) this.#sendCancel()
  }

  /** The peer said BYE before its 200 came through. */
  abandoned(): void {
    this.#giveUp(487, 'canceled')
  }

  #giveUp(status: number, cause: CallCause): void {
    this.#leg.core.alarms.cancel(this.#deadline)
    this.#leg.fail(status, cause)
  }

  #send(): void {
    const leg = this.#leg
    const { core, trunk, transport } = leg
    const { uri, to, from, toHeader, headers } = this.#target
    const body = this.#proposal.body
    const lines: HeaderLine[] = [
      core.via(transport, trunk),
      ['max-forwards', '70'],
      ['from', from],
      ['to', toHeader],
      ['call-id', leg.sipCallId],
      ['cseq', `${leg.nextCSeq()} INVITE`],
      leg.contact(),
      ALLOW,
      SUPPORTED,
      ...core.nameHeader('user-agent'),
      ...this.#timer.requestHeaders(),
      ...headers,
      ...leg.authHeaders('INVITE', uri, body),
      ['content-type', 'application/sdp'],
    ]
    const request: SipRequest = { kind: 'request', method: 'INVITE', uri, headers: new Headers(lines), body }
    this.#early.clear()
    this.#transaction = core.startInvite(request, to, {
      onProvisional: (response) => this.#onProvisional(response),
      onSuccess: (response) => this.#onSuccess(response),
      onRefusal: (response) => this.#onRefusal(response),
      onFailure: (failure) => this.#onFailure(failure),
    })
  }

  #onProvisional(response: SipResponse): void {
    if (this.#leg.isOver) {
      this.#sendCancel()
      return
    }
    if (response.status === 100) return
    const early = this.#earlyOf(response)
    const described = readDescription(response)
    if (early !== undefined && typeof described !== 'string') early.answer ??= described
    if (early !== undefined && !this.#acknowledge(response, early)) return
    const media =
      early?.answer === undefined ? undefined : this.#leg.session.read(this.#proposal, early.answer)
    this.#leg.core.emit({ kind: 'progress', callId: this.#leg.id, status: response.status, media })
  }

  #earlyOf(response: SipResponse): Early | undefined {
    const tag = readEnvelope(response).toTag
    if (tag === '') return undefined
    const known = this.#early.get(tag)
    if (known !== undefined) return known
    if (this.#early.size >= this.#leg.core.limits.forksMax) return undefined
    const dialog = dialogOfResponse(this.#transaction.request, response, this.#target.to)
    const early: Early = { dialog, lastRSeq: 0, answer: undefined }
    this.#early.set(tag, early)
    return early
  }

  /** PRACK for a reliable provisional response (RFC 3262 §4); false for one seen before. */
  #acknowledge(response: SipResponse, early: Early): boolean {
    if (!response.headers.names('require', '100rel')) return true
    const rseq = readNumber(response.headers.get('rseq'), RSEQ_MAX)
    if (rseq === undefined) return true
    if (early.lastRSeq !== 0 && rseq !== early.lastRSeq + 1) return false
    early.lastRSeq = rseq
    this.#prack(early.dialog, `${rseq} ${this.#transaction.request.headers.get('cseq')!}`, 0)
    return true
  }

  #prack(dialog: Dialog, rack: string, tries: number): void {
    const { request, to } = this.#leg.request(dialog, 'PRACK', { headers: [['rack', rack]] })
    this.#leg.core.startRequest(request, to, {
      onFinal: (response) => {
        if (tries < AUTH_TRIES_MAX && this.#leg.learnChallenge(response)) this.#prack(dialog, rack, tries + 1)
      },
      // The peer repeats its response or gives the call up; both reach us by themselves.
      onFailure: () => undefined,
    })
  }

  #onSuccess(response: SipResponse): void {
    const leg = this.#leg
    const tag = readEnvelope(response).toTag
    const acknowledged = this.#acks.get(tag)
    if (acknowledged !== undefined) {
      leg.core.send(acknowledged.to, acknowledged.bytes)
      return
    }
    if (this.#acks.size >= leg.core.limits.forksMax) return
    leg.core.alarms.cancel(this.#deadline)
    const dialog = dialogOfResponse(this.#transaction.request, response, this.#target.to)
    this.#acks.set(tag, leg.ack(dialog, this.#transaction.request))
    if (leg.isOver || leg.dialog !== undefined) {
      // Canceled too late, or a second phone of a forked call: answered, so it must be hung up (RFC 3261 §13.2.2.4).
      leg.bye(dialog)
      return
    }
    leg.dialog = dialog
    const described = readDescription(response)
    // The answer may have come in a reliable provisional response, and need not be repeated.
    const answer = typeof described === 'string' ? this.#early.get(tag)?.answer : described
    const negotiated = answer && leg.session.read(this.#proposal, answer)
    if (negotiated === undefined) {
      leg.bye(dialog)
      leg.fail(488, 'media_refused')
      return
    }
    leg.session.commit(this.#proposal, negotiated, answer)
    this.#timer.startFromResponse(response)
    leg.core.emit({ kind: 'answered', callId: leg.id, media: negotiated })
    this.#onUp()
  }

  #onRefusal(response: SipResponse): void {
    const leg = this.#leg
    if (leg.isOver) return
    const mayRetry = ++this.#tries <= AUTH_TRIES_MAX
    if (mayRetry && (leg.learnChallenge(response) || this.#timer.raise(response))) {
      this.#send()
      return
    }
    leg.core.alarms.cancel(this.#deadline)
    const { q850Cause } = readReason(response.headers)
    const { status } = response
    leg.fail(
      status,
      causeOfFailure(status, q850Cause),
      q850Cause,
      readSeconds(response.headers, 'retry-after'),
    )
  }

  #onFailure(failure: TransactionFailure): void {
    this.#giveUp(failure === 'timeout' ? 408 : 503, 'carrier_down')
  }

  #sendCancel(): void {
    if (this.#isCanceled) return
    this.#isCanceled = true
    cancelInvite(this.#leg.core, this.#transaction, () => undefined)
  }
}
