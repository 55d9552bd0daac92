import { bytesOf } from '../message/latin1.ts'
import { type LocalMedia, type NegotiatedMedia, PAYLOAD_TYPES, readAudio, readT38 } from './media.ts'
import type { Direction, MediaDescription, SessionDescription } from './session-description.ts'
import { agreedT38, answerT38 } from './t38-parameters.ts'
import { type Outline, slotOf, writeSdp } from './write-sdp.ts'

/** A description of ours that is not in force yet: it is committed with a 2xx or thrown away. */
export interface Proposal {
  readonly outline: Outline
  readonly body: Uint8Array
}

/** Our answer to an offer, and what the two together settle. */
export interface Answer extends Proposal {
  readonly negotiated: NegotiatedMedia
}

/**
 * The offer/answer state of one call (RFC 3264). Nothing changes until `commit`: an offer that is refused leaves the
 * session exactly as it was, version number of the o= line included.
 */
export class MediaSession {
  readonly #sessionId: string
  /** The highest version ever written, so that two different bodies never carry one number. */
  #versionWritten = 0
  #committed: { readonly proposal: Proposal; readonly negotiated: NegotiatedMedia | undefined } | undefined
  #peer: SessionDescription | undefined

  /** @param sessionId digits, drawn once a call. */
  constructor(sessionId: string) {
    this.#sessionId = sessionId
  }

  /** What is in force. */
  get negotiated(): NegotiatedMedia | undefined {
    return this.#committed?.negotiated
  }

  /** Our side of what is in force. */
  get local(): LocalMedia | undefined {
    return this.#committed?.proposal.outline.local
  }

  /** The description in force, octet for octet: what a refresh repeats (RFC 4028 §7.4). */
  get current(): Proposal | undefined {
    return this.#committed?.proposal
  }

  /** An offer of ours. The media takes the place of its own kind if there is one, else the place in use. */
  offer(local: LocalMedia): Proposal {
    const payloadTypes = local.kind === 'audio' ? local.codecs.map((codec) => PAYLOAD_TYPES[codec]) : []
    const slot = slotOf(local, payloadTypes)
    const before = this.#committed?.proposal.outline
    const slots = [...(before?.slots ?? [])]
    const own = slots.findIndex(({ media }) => media === slot.media)
    const active = own >= 0 ? own : (before?.active ?? 0)
    slots[active] = slot
    return this.#propose({ slots, active, local, payloadTypes, direction: 'sendrecv' })
  }

  /** Our answer to an offer with the media the owner chose, or undefined when the offer has no such media. */
  answer(offer: SessionDescription, local: LocalMedia): Answer | undefined {
    const active = offer.media.findIndex((line) => settle(line, local) !== undefined)
    const settled = active < 0 ? undefined : settle(offer.media[active]!, local)
    if (settled === undefined) return undefined
    const payloadTypes = settled.negotiated.kind === 'audio' ? [settled.negotiated.payloadType] : []
    const slots = offer.media.map(({ media, protocol, formats }) => ({ media, protocol, formats }))
    slots[active] = { ...slots[active]!, formats: slotOf(local, payloadTypes).formats }
    const direction = settled.negotiated.kind === 'audio' ? settled.negotiated.direction : 'sendrecv'
    const proposal = this.#propose({ slots, active, local: settled.local, payloadTypes, direction })
    return { ...proposal, negotiated: settled.negotiated }
  }

  /** What the peer's answer makes of our offer, or undefined when it refuses the media (port 0, other kind, no address). */
  read(proposal: Proposal, answer: SessionDescription): NegotiatedMedia | undefined {
    const { active, local } = proposal.outline
    const inPlace = answer.media[active]
    const settled = inPlace === undefined ? undefined : settle(inPlace, local)
    if (settled !== undefined) return settled.negotiated
    // Some peers answer with the one line they took, wherever it stood.
    for (const line of answer.media) {
      const found = settle(line, local)
      if (found !== undefined) return found.negotiated
    }
    return undefined
  }

  /** Puts a description of ours and the peer's in force. Called with a 2xx, sent or received, and at no other time. */
  commit(
    proposal: Proposal,
    negotiated: NegotiatedMedia | undefined,
    peer: SessionDescription | undefined,
  ): void {
    this.#committed = { proposal, negotiated }
    this.#peer = peer ?? this.#peer
  }

  /**
   * Our answer to an offer that only says again what is in force (RFC 4028 §7.4), or undefined for any other. Word for
   * word the same lines get our description word for word; the same media at the same place gets a fresh answer.
   */
  refreshAnswer(offer: SessionDescription): Answer | undefined {
    const committed = this.#committed
    const negotiated = committed?.negotiated
    if (committed === undefined || negotiated === undefined) return undefined
    if (this.#peer !== undefined && sameLines(offer, this.#peer)) return { ...committed.proposal, negotiated }
    const again = this.answer(offer, committed.proposal.outline.local)
    const open = offer.media.filter(({ port }) => port !== 0).length
    return open === 1 && again !== undefined && samePlace(again.negotiated, negotiated) ? again : undefined
  }

  #propose(parts: Omit<Outline, 'sessionId' | 'version'>): Proposal {
    const outline = { ...parts, sessionId: this.#sessionId, version: this.#versionWritten + 1 }
    const before = this.#committed?.proposal
    if (before !== undefined && sameOutline(before.outline, outline)) return before
    this.#versionWritten = outline.version
    return { outline, body: bytesOf(writeSdp(outline)) }
  }
}

interface Settled {
  readonly negotiated: NegotiatedMedia
  /** Our media as the answer states it. */
  readonly local: LocalMedia
}

function settle(line: MediaDescription, local: LocalMedia): Settled | undefined {
  if (local.kind === 't38') {
    const remote = readT38(line)
    if (remote === undefined) return undefined
    const parameters = answerT38(remote.parameters, local.parameters)
    return {
      negotiated: { ...remote, parameters: agreedT38(parameters, remote.parameters) },
      local: { ...local, parameters },
    }
  }
  const remote = readAudio(line)
  const common = remote?.codecs.find(({ codec }) => local.codecs.includes(codec))
  if (remote === undefined || common === undefined) return undefined
  const { host, port } = remote
  return {
    negotiated: { kind: 'audio', host, port, ...common, direction: mirror(remote.direction) },
    local: { ...local, codecs: [common.codec] },
  }
}

/** RFC 3264 §6.1: one end's sending is the other's receiving. */
function mirror(direction: Direction): Direction {
  if (direction === 'sendonly') return 'recvonly'
  return direction === 'recvonly' ? 'sendonly' : direction
}

function sameLines(a: SessionDescription, b: SessionDescription): boolean {
  return JSON.stringify(a.media) === JSON.stringify(b.media)
}

function samePlace(a: NegotiatedMedia, b: NegotiatedMedia): boolean {
  if (a.host !== b.host || a.port !== b.port) return false
  if (a.kind === 't38' || b.kind === 't38') return a.kind === b.kind
  return a.codec === b.codec && a.direction === b.direction
}

function sameOutline(a: Outline, b: Outline): boolean {
  return JSON.stringify({ ...a, version: 0 }) === JSON.stringify({ ...b, version: 0 })
}
