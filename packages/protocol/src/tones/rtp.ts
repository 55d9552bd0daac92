import { ParseError } from '../parse-error.ts'

/** An RTP packet (RFC 3550 §5.1). */
export interface RtpPacket {
  readonly payloadType: number
  readonly marker: boolean
  /** 16 bits. */
  readonly sequence: number
  /** 32 bits, in samples. */
  readonly timestamp: number
  /** 32 bits. */
  readonly ssrc: number
  /** Without padding; a view of the packet when parsed. */
  readonly payload: Uint8Array
}

/** Contributing sources and a header extension are passed over. Throws `ParseError`. */
export function parseRtp(octets: Uint8Array): RtpPacket {
  if (octets.length < HEADER_OCTETS) throw new ParseError('rtp.header', 0, 'is cut short')
  const first = octets[0]!
  if (first >>> 6 !== VERSION) throw new ParseError('rtp.version', 0, 'is not 2')
  const view = new DataView(octets.buffer, octets.byteOffset, octets.length)
  let start = HEADER_OCTETS + 4 * (first & 0x0f)
  if (start > octets.length) throw new ParseError('rtp.csrc', HEADER_OCTETS, 'is cut short')
  if ((first & 0x10) !== 0) {
    if (start + 4 > octets.length) throw new ParseError('rtp.extension', start, 'is cut short')
    start += 4 + 4 * view.getUint16(start + 2)
    if (start > octets.length)
      throw new ParseError('rtp.extension', HEADER_OCTETS, 'is longer than the packet')
  }
  let end = octets.length
  if ((first & 0x20) !== 0) {
    const padding = end > start ? octets[end - 1]! : 0
    // The count includes itself (RFC 3550 §5.1).
    if (padding === 0 || padding > end - start) throw new ParseError('rtp.padding', end, 'is out of range')
    end -= padding
  }
  return {
    payloadType: octets[1]! & 0x7f,
    marker: (octets[1]! & 0x80) !== 0,
    sequence: view.getUint16(2),
    timestamp: view.getUint32(4),
    ssrc: view.getUint32(8),
    payload: octets.subarray(start, end),
  }
}

/** RFC 3550 §5.1, without padding, extension or contributing sources. */
export function encodeRtp(packet: RtpPacket): Uint8Array {
  const octets = new Uint8Array(HEADER_OCTETS + packet.payload.length)
  const view = new DataView(octets.buffer)
  octets[0] = VERSION << 6
  octets[1] = (packet.marker ? 0x80 : 0) | packet.payloadType
  view.setUint16(2, packet.sequence)
  view.setUint32(4, packet.timestamp)
  view.setUint32(8, packet.ssrc)
  octets.set(packet.payload, HEADER_OCTETS)
  return octets
}

const VERSION = 2
const HEADER_OCTETS = 12
