import type { LocalMedia } from './media.ts'
import { PAYLOAD_TYPES } from './media.ts'
import type { Direction } from './session-description.ts'
import { writeT38Parameters } from './t38-parameters.ts'

/** A media line's place in the session. Places are never taken away (RFC 3264 §8), so closed ones are carried along. */
export interface Slot {
  readonly media: string
  readonly protocol: string
  readonly formats: readonly string[]
}

export interface Outline {
  /** Digits. */
  readonly sessionId: string
  readonly version: number
  /** Every place; the one at `active` is written from `local`, the others with port 0. */
  readonly slots: readonly Slot[]
  readonly active: number
  readonly local: LocalMedia
  /** Payload types in the order to write them, and the direction, for audio. */
  readonly payloadTypes: readonly number[]
  readonly direction: Direction
}

/** The slot a media of ours stands in. */
export function slotOf(local: LocalMedia, payloadTypes: readonly number[]): Slot {
  return local.kind === 't38'
    ? { media: 'image', protocol: 'udptl', formats: ['t38'] }
    : { media: 'audio', protocol: 'RTP/AVP', formats: payloadTypes.map(String) }
}

/** The session description as text, CRLF line ends. */
export function writeSdp({
  sessionId,
  version,
  slots,
  active,
  local,
  payloadTypes,
  direction,
}: Outline): string {
  const network = `IN ${local.host.includes(':') ? 'IP6' : 'IP4'} ${local.host}`
  const lines = ['v=0', `o=answerback ${sessionId} ${version} ${network}`, 's=-', `c=${network}`, 't=0 0']
  slots.forEach((slot, i) => {
    const port = i === active ? local.port : 0
    lines.push(`m=${slot.media} ${port} ${slot.protocol} ${slot.formats.join(' ')}`)
    if (i !== active) return
    if (local.kind === 't38') lines.push(...writeT38Parameters(local.parameters).map((line) => `a=${line}`))
    else lines.push(...writeAudio(local.codecs, payloadTypes), `a=${direction}`)
  })
  return `${lines.join('\r\n')}\r\n`
}

function writeAudio(codecs: readonly ('PCMU' | 'PCMA')[], payloadTypes: readonly number[]): string[] {
  const maps = payloadTypes.map((type, i) => {
    const fixed = type === PAYLOAD_TYPES.PCMA ? 'PCMA' : type === PAYLOAD_TYPES.PCMU ? 'PCMU' : codecs[i]
    return `a=rtpmap:${type} ${fixed}/8000`
  })
  return [...maps, 'a=ptime:20']
}
