import type { SipAddress } from '../address.ts'
import type { Alarm } from '../alarms.ts'
import { causeOfFailure } from '../call-end.ts'
import { contactOf } from '../dialog/dialog.ts'
import { readReason, readSeconds } from '../message/headers.ts'
import type { SipResponse } from '../message/sip-message.ts'
import { readDescription } from '../sdp/body.ts'
import type { LocalMedia } from '../sdp/media.ts'
import type { Proposal } from '../sdp/media-session.ts'
import type { InviteClientTransaction } from '../transaction/invite-client.ts'
import { cancelInvite } from './cancel.ts'
import { AUTH_TRIES_MAX, type Leg } from './leg.ts'
import { ALLOW, SUPPORTED } from './respond.ts'
import type { SessionTimer } from './session-timer.ts'

/** Offers again after a glare before the peer's silence counts as a refusal. */
const GLARE_TRIES_MAX = 4
/** A peer that is busy with its own INVITE says so with 500 and a short Retry-After (RFC 3261 §14.2). */
const RETRY_AFTER_SECONDS_MAX = 10

type Wish = { readonly kind: 't38'; readonly media: LocalMedia } | { readonly kind: 'refresh' }

/** Re-INVITEs of ours: T.38, and refreshes of the session (RFC 3261 §14.1). One at a time. */
export class OutgoingOffer {
  readonly #leg: Leg
  readonly #timer: SessionTimer
  readonly #isFree: () => boolean
  #wish: Wish | undefined
  #transaction: InviteClientTransaction | undefined
  #wait: Alarm | undefined
  #authTries = 0
  #glareTries = 0

  /** @param isFree whether nothing of the peer's is in progress. */
  constructor(leg: Leg, timer: SessionTimer, isFree: () => boolean) {
    this.#leg = leg
    this.#timer = timer
    this.#isFree = isFree
  }

  /** An INVITE of ours is on the wire and unanswered: one of the peer's now is glare. */
  get isPending(): boolean {
    return this.#transaction?.isPending === true
  }

  offerT38(media: LocalMedia): void {
    this.#start({ kind: 't38', media })
  }

  refresh(): void {
    if (this.#wish === undefined && !this.isPending) this.#start({ kind: 'refresh' })
  }

  /** Sends what was put off, if it may go now and is still wanted. */
  flush(): void {
    if (this.#wish === undefined || this.#wait?.isSet === true || this.isPending || !this.#isFree()) return
    if (this.#leg.isOver || this.#leg.dialog === undefined) return
    if (this.#wish.kind === 't38' && this.#leg.session.negotiated?.kind === 't38') {
      // The peer's own offer got us there.
      this.#wish = undefined
      return
    }
    this.#send(this.#wish)
  }

  stop(): void {
    this.#wish = undefined
    this.#leg.core.alarms.cancel(this.#wait)
  }

  #start(wish: Wish): void {
    this.#wish = wish
    this.#authTries = 0
    this.#glareTries = 0
    this.flush()
  }

  #send(wish: Wish): void {
    const leg = this.#leg
    const dialog = leg.dialog!
    const proposal = wish.kind === 't38' ? leg.session.offer(wish.media) : leg.session.current!
    const headers = [leg.contact(), ALLOW, SUPPORTED, ...this.#timer.requestHeaders()]
    const { request, to } = leg.request(dialog, 'INVITE', { headers, body: proposal.body })
    let ack: { to: SipAddress; bytes: Uint8Array } | undefined
    const transaction = leg.core.startInvite(request, to, {
      onProvisional: () => undefined,
      onSuccess: (response) => {
        if (ack !== undefined) {
          leg.core.send(ack.to, ack.bytes)
          return
        }
        dialog.remoteTarget = contactOf(response.headers) ?? dialog.remoteTarget
        ack = leg.ack(dialog, request)
        if (!leg.isOver) this.#onSuccess(wish, proposal, response)
      },
      onRefusal: (response) => {
        if (!leg.isOver) this.#onRefusal(wish, response)
      },
      // RFC 3261 §14.1: no answer at all means the dialog is gone.
      onFailure: () => this.#breakOff(408, undefined),
    })
    this.#transaction = transaction
    this.#watch(transaction, wish)
  }

  /** No timer of RFC 3261 ends an INVITE that was answered with 100 and nothing more. */
  #watch(transaction: InviteClientTransaction, wish: Wish): void {
    const { core } = this.#leg
    core.alarms.set(core.nowMs + core.limits.reofferMsMax, () => {
      if (!transaction.isProceeding) return
      cancelInvite(core, transaction, () => this.#giveUp(wish, 408, undefined))
    })
  }

  #onSuccess(wish: Wish, proposal: Proposal, response: SipResponse): void {
    const { core, id, session } = this.#leg
    this.#wish = undefined
    this.#timer.startFromResponse(response)
    const answer = readDescription(response)
    const negotiated = typeof answer === 'string' ? undefined : session.read(proposal, answer)
    if (negotiated === undefined || typeof answer === 'string') {
      // `m=image 0`, another kind or no description at all: the session stays as it was.
      if (wish.kind === 't38')
        core.emit({ kind: 't38_refused', callId: id, status: response.status, q850Cause: undefined })
      return
    }
    const before = JSON.stringify(session.negotiated)
    session.commit(proposal, negotiated, answer)
    if (JSON.stringify(negotiated) !== before)
      core.emit({ kind: 'media_changed', callId: id, media: negotiated })
  }

  #onRefusal(wish: Wish, response: SipResponse): void {
    const { status } = response
    const { q850Cause } = readReason(response.headers)
    if (
      this.#authTries < AUTH_TRIES_MAX &&
      (this.#leg.learnChallenge(response) || this.#timer.raise(response))
    ) {
      this.#authTries++
      this.#send(wish)
      return
    }
    if (this.#mayRetry(response)) return
    if (status === 408 || status === 481) {
      this.#breakOff(status, q850Cause)
      return
    }
    this.#giveUp(wish, status, q850Cause)
  }

  #giveUp(wish: Wish, status: number, q850Cause: number | undefined): void {
    if (this.#leg.isOver) return
    this.#wish = undefined
    if (wish.kind === 'refresh') this.#timer.retrySoon()
    else this.#leg.core.emit({ kind: 't38_refused', callId: this.#leg.id, status, q850Cause })
  }

  /** Waits and offers again after glare: 2.1–4 s if we made the Call-ID, else 0–2 s, in steps of 10 ms (RFC 3261 §14.1). */
  #mayRetry(response: SipResponse): boolean {
    const { core, id, ownsCallId } = this.#leg
    const retryAfter = readSeconds(response.headers, 'retry-after')
    const isBusy =
      response.status === 500 && retryAfter !== undefined && retryAfter <= RETRY_AFTER_SECONDS_MAX
    if ((response.status !== 491 && !isBusy) || this.#glareTries >= GLARE_TRIES_MAX) return false
    this.#glareTries++
    const glareMs = ownsCallId ? 2_100 + 10 * core.dice(191) : 10 * core.dice(201)
    const waitMs = isBusy ? Math.max(retryAfter * 1_000, glareMs) : glareMs
    this.#wait = core.alarms.set(core.nowMs + waitMs, () => this.flush())
    core.emit({ kind: 'glare_retry', callId: id, waitMs })
    return true
  }

  #breakOff(status: number, q850Cause: number | undefined): void {
    if (this.#leg.isOver) return
    this.#leg.bye(this.#leg.dialog!)
    this.#leg.end(
      'signalling',
      status === 408 ? 'carrier_down' : causeOfFailure(status, q850Cause),
      q850Cause,
    )
  }
}
