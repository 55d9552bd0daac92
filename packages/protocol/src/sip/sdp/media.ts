import type { Direction, MediaDescription, SessionDescription } from './session-description.ts'
import { readT38Parameters, type T38Parameters } from './t38-parameters.ts'

export type AudioCodec = 'PCMU' | 'PCMA'

/** Static payload types (RFC 3551 §6). */
export const PAYLOAD_TYPES: Readonly<Record<AudioCodec, number>> = { PCMU: 0, PCMA: 8 }

/** Our end of the media, as the owner opened it: a socket, and what may flow there. */
export type LocalMedia =
  | {
      readonly kind: 'audio'
      readonly host: string
      readonly port: number
      readonly codecs: readonly AudioCodec[]
    }
  | { readonly kind: 't38'; readonly host: string; readonly port: number; readonly parameters: T38Parameters }

/** G.711 as the peer describes it. */
export interface RemoteAudio {
  readonly kind: 'audio'
  readonly host: string
  readonly port: number
  /** In the peer's order of preference, never empty. */
  readonly codecs: readonly { readonly codec: AudioCodec; readonly payloadType: number }[]
  readonly direction: Direction
}

/** T.38 over UDPTL as the peer describes it. */
export interface RemoteT38 {
  readonly kind: 't38'
  readonly host: string
  readonly port: number
  readonly parameters: T38Parameters
}

/** What both ends settled on. */
export type NegotiatedMedia =
  | {
      readonly kind: 'audio'
      readonly host: string
      readonly port: number
      readonly codec: AudioCodec
      readonly payloadType: number
      /** As seen from us; `inactive` and `recvonly` mean the peer wants no sound. */
      readonly direction: Direction
    }
  | {
      readonly kind: 't38'
      readonly host: string
      readonly port: number
      /** What we send under: the lower version and rate, the peer's sizes. */
      readonly parameters: T38Parameters
    }

export interface MediaOffer {
  readonly audio: RemoteAudio | undefined
  readonly t38: RemoteT38 | undefined
  /**
   * What to take: the only one we can, or of both the audio in a first INVITE (some gateways offer both and mean a
   * telephone call; T.38 follows by re-INVITE) and the T.38 in a later one.
   */
  readonly preferred: 'audio' | 't38'
}

/** The media lines we can speak; undefined when there is none. */
export function readOffer(sdp: SessionDescription, isFirst: boolean): MediaOffer | undefined {
  const audio = first(sdp, readAudio)
  const t38 = first(sdp, readT38)
  if (audio === undefined && t38 === undefined) return undefined
  return { audio, t38, preferred: t38 === undefined || (isFirst && audio !== undefined) ? 'audio' : 't38' }
}

/** An audio line with G.711 on plain RTP, open, or undefined. */
export function readAudio(line: MediaDescription): RemoteAudio | undefined {
  if (line.media !== 'audio' || line.port === 0 || line.host === '') return undefined
  if (line.protocol.toUpperCase() !== 'RTP/AVP') return undefined
  const codecs: { codec: AudioCodec; payloadType: number }[] = []
  for (const format of line.formats) {
    const codec = codecOf(format, line)
    if (codec !== undefined) codecs.push({ codec, payloadType: Number(format) })
  }
  if (codecs.length === 0) return undefined
  // RFC 3264 §8.4: the older way of putting a call on hold.
  const direction = line.host === '0.0.0.0' ? 'inactive' : line.direction
  return { kind: 'audio', host: line.host, port: line.port, codecs, direction }
}

/**
 * An image line with T.38 on UDPTL, open, or undefined. T.38 over RTP or TCP is a different transport under the same name
 * and is refused like any unknown one.
 */
export function readT38(line: MediaDescription): RemoteT38 | undefined {
  if (line.media !== 'image' || line.port === 0 || line.host === '' || line.host === '0.0.0.0')
    return undefined
  if (line.protocol.toLowerCase() !== 'udptl') return undefined
  if (!line.formats.some((format) => format.toLowerCase() === 't38')) return undefined
  return { kind: 't38', host: line.host, port: line.port, parameters: readT38Parameters(line.attributes) }
}

function first<T>(sdp: SessionDescription, read: (line: MediaDescription) => T | undefined): T | undefined {
  for (const line of sdp.media) {
    const found = read(line)
    if (found !== undefined) return found
  }
  return undefined
}

function codecOf(format: string, line: MediaDescription): AudioCodec | undefined {
  if (!/^\d{1,3}$/.test(format) || Number(format) > 127) return undefined
  if (format === '0') return 'PCMU'
  if (format === '8') return 'PCMA'
  for (const [name, value] of line.attributes) {
    if (name.toLowerCase() !== 'rtpmap') continue
    const mapped = /^(\d{1,3}) +(PCM[UA])\/8000/i.exec(value ?? '')
    if (mapped?.[1] === format) return mapped[2]!.toUpperCase() as AudioCodec
  }
  return undefined
}
