import type { SipAddress, SipTransport } from '../address.ts'
import { Authenticator } from '../auth/authenticator.ts'
import type { CallCause } from '../call-end.ts'
import { type Dialog, targetOf } from '../dialog/dialog.ts'
import {
  EMPTY_BODY,
  type HeaderLine,
  Headers,
  type SipRequest,
  type SipResponse,
} from '../message/sip-message.ts'
import { writeMessage } from '../message/write-message.ts'
import { MediaSession } from '../sdp/media-session.ts'
import type { Core } from './core.ts'
import type { TrunkSettings } from './options.ts'

/** Answers to challenges one request may need: a proxy's, the server's, and one gone stale. */
export const AUTH_TRIES_MAX = 3

interface RequestParts {
  readonly headers?: readonly HeaderLine[]
  readonly body?: Uint8Array
  /** For ACK, which takes the number of its INVITE. */
  readonly cseq?: number
}

/** What every part of a call works on: identity, dialog, media session, credentials, and sequence numbers. */
export class Leg {
  readonly core: Core
  /** Ours, as the owner knows the call. */
  readonly id: string
  /** The header value of the wire. */
  readonly sipCallId: string
  readonly localTag: string
  /** User part of our Contact. */
  readonly user: string
  readonly transport: SipTransport
  readonly session: MediaSession
  /** We made the Call-ID: after glare we wait the longer time (RFC 3261 §14.1). */
  readonly ownsCallId: boolean
  /** The confirmed dialog. */
  dialog: Dialog | undefined
  /** Said to the owner that it ended; what is left is to take it down. */
  isOver = false
  #trunk: TrunkSettings | undefined
  #auth: Authenticator | undefined
  #cseq = 0
  #onOver: () => void = () => undefined

  constructor(
    core: Core,
    identity: Pick<Leg, 'id' | 'sipCallId' | 'localTag' | 'user' | 'transport' | 'ownsCallId'>,
  ) {
    this.core = core
    this.id = identity.id
    this.sipCallId = identity.sipCallId
    this.localTag = identity.localTag
    this.user = identity.user
    this.transport = identity.transport
    this.ownsCallId = identity.ownsCallId
    this.session = new MediaSession(String(1_000_000 + core.dice(2_000_000_000)))
  }

  get trunk(): TrunkSettings | undefined {
    return this.#trunk
  }

  useTrunk(trunk: TrunkSettings): void {
    this.#trunk = trunk
    if (trunk.credentials === undefined) return
    this.#auth = new Authenticator(trunk.credentials, this.core.options.hashes, () => this.core.token())
  }

  contact(): HeaderLine {
    return this.core.contact(this.user, this.transport, this.#trunk)
  }

  nextCSeq(): number {
    return ++this.#cseq
  }

  /** Whether a 401 or 407 can be answered better than last time. */
  learnChallenge(response: SipResponse): boolean {
    return (
      (response.status === 401 || response.status === 407) &&
      this.#auth !== undefined &&
      this.#auth.learn(response)
    )
  }

  authHeaders(method: string, uri: string, body: Uint8Array): HeaderLine[] {
    return this.#auth?.headers(method, uri, body) ?? []
  }

  /** A request inside a dialog and where it goes. */
  request(dialog: Dialog, method: string, parts: RequestParts = {}): { request: SipRequest; to: SipAddress } {
    const target = targetOf(dialog, this.transport)
    const body = parts.body ?? EMPTY_BODY
    const lines: HeaderLine[] = [
      this.core.via(this.transport, this.#trunk),
      ['max-forwards', '70'],
      ...target.routes,
      ['from', dialog.local],
      ['to', dialog.remote],
      ['call-id', dialog.callId],
      ['cseq', `${parts.cseq ?? this.nextCSeq()} ${method}`],
      ...this.core.nameHeader('user-agent'),
      ...(parts.headers ?? []),
    ]
    if (method !== 'ACK') lines.push(...this.authHeaders(method, target.uri, body))
    if (body.length > 0) lines.push(['content-type', 'application/sdp'])
    const request: SipRequest = {
      kind: 'request',
      method,
      uri: target.uri,
      headers: new Headers(lines),
      body,
    }
    return { request, to: this.#trunk?.ignoreContact === true ? this.#trunk.address : target.to }
  }

  /** The ACK to a 2xx: outside any transaction, with the number and the credentials of its INVITE (RFC 3261 §13.2.2.4). */
  ack(dialog: Dialog, invite: SipRequest, body?: Uint8Array): { to: SipAddress; bytes: Uint8Array } {
    const cseq = Number.parseInt(invite.headers.get('cseq')!, 10)
    const headers = invite.headers.lines.filter(([name]) => name.endsWith('authorization'))
    const { request, to } = this.request(dialog, 'ACK', { cseq, headers, body })
    const bytes = writeMessage(request)
    this.core.send(to, bytes)
    return { to, bytes }
  }

  /** BYE, with challenges answered; whatever the peer says, the dialog is gone. */
  bye(dialog: Dialog, reason?: HeaderLine, tries = 0): void {
    const { request, to } = this.request(dialog, 'BYE', { headers: reason === undefined ? [] : [reason] })
    this.core.startRequest(request, to, {
      onFinal: (response) => {
        if (this.learnChallenge(response) && tries < AUTH_TRIES_MAX) this.bye(dialog, reason, tries + 1)
      },
      onFailure: () => undefined,
    })
  }

  /** What to do when the call is over, set by its owner once. */
  whenOver(run: () => void): void {
    this.#onOver = run
  }

  fail(status: number, cause: CallCause, q850Cause?: number, retryAfterSeconds?: number): void {
    if (this.isOver) return
    this.isOver = true
    this.core.emit({ kind: 'failed', callId: this.id, status, q850Cause, cause, retryAfterSeconds })
    this.#onOver()
  }

  end(by: 'local' | 'remote' | 'signalling', cause: CallCause, q850Cause?: number): void {
    if (this.isOver) return
    this.isOver = true
    this.core.emit({ kind: 'ended', callId: this.id, by, q850Cause, cause })
    this.#onOver()
  }
}
