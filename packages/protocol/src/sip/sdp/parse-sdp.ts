import { ParseError } from '../../parse-error.ts'
import { SDP_BYTES_MAX, SDP_FORMATS_MAX, SDP_LINES_MAX, SDP_MEDIA_MAX } from '../limits.ts'
import { textOf } from '../message/latin1.ts'
import type { Direction, MediaDescription, SessionDescription } from './session-description.ts'

type Attribute = readonly [name: string, value: string | undefined]
type Draft = { -readonly [K in keyof MediaDescription]: MediaDescription[K] } & { attributes: Attribute[] }

const TOKEN = /^[\x21-\x7e]{1,64}$/
const DIRECTIONS: readonly string[] = ['sendrecv', 'sendonly', 'recvonly', 'inactive']

/**
 * Reads a session description. Unknown lines and attributes are passed over; LF alone ends a line too.
 *
 * @throws {ParseError} when it is not one, is larger than any real one, or names an address or port that cannot be.
 */
export function parseSdp(bytes: Uint8Array): SessionDescription {
  if (bytes.length > SDP_BYTES_MAX) throw new ParseError('sdp', 0, 'is longer than a description may be')
  const lines = textOf(bytes).split('\n')
  if (lines.length > SDP_LINES_MAX) throw new ParseError('sdp', 0, 'has too many lines')
  let origin: { origin: string; version: string } | undefined
  let host = ''
  let sessionDirection: Direction = 'sendrecv'
  const media: Draft[] = []
  let offset = 0
  if (!/^v=0\s*$/.test(lines[0]!)) throw new ParseError('sdp.version', 0, 'is not 0')
  for (const raw of lines) {
    const line = raw.trimEnd()
    const value = line.slice(2)
    const last = media.at(-1)
    if (line.startsWith('o=')) origin ??= readOrigin(value, offset)
    else if (line.startsWith('c=')) {
      if (last === undefined) host = readConnection(value, offset)
      else last.host = readConnection(value, offset)
    } else if (line.startsWith('m=')) {
      if (media.length === SDP_MEDIA_MAX) throw new ParseError('sdp.media', offset, 'are too many')
      media.push({ ...readMediaLine(value, offset), host, direction: sessionDirection, attributes: [] })
    } else if (line.startsWith('a=')) {
      const attribute = readAttribute(value)
      const name = attribute[0].toLowerCase()
      if (DIRECTIONS.includes(name)) {
        if (last === undefined) sessionDirection = name as Direction
        else last.direction = name as Direction
      }
      last?.attributes.push(attribute)
    }
    offset += raw.length + 1
  }
  if (origin === undefined) throw new ParseError('sdp.origin', 0, 'is missing')
  return { ...origin, media }
}

function readOrigin(value: string, offset: number): { origin: string; version: string } {
  const [user = '', id = '', version = '', ...rest] = value.trim().split(/ +/, 6)
  if (!TOKEN.test(id) || !/^\d{1,40}$/.test(version))
    throw new ParseError('sdp.origin', offset, 'has no session and version')
  return { origin: [user, id, ...rest].join(' ').slice(0, 512), version }
}

/** An IP address or a name. A multicast group is no fax machine. */
function readConnection(value: string, offset: number): string {
  const [network, family, address = ''] = value.trim().split(/ +/, 4)
  if (network?.toUpperCase() !== 'IN')
    throw new ParseError('sdp.connection', offset, 'is not on the Internet')
  const isV6 = family?.toUpperCase() === 'IP6'
  const sound = isV6 ? /^[0-9a-fA-F:.]{2,45}$/.test(address) && address.includes(':') : isV4OrName(address)
  if (!sound) throw new ParseError('sdp.connection', offset, 'is not a unicast address')
  return address.toLowerCase()
}

function isV4OrName(address: string): boolean {
  if (!/^[\d.]+$/.test(address)) return /^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,253})$/.test(address)
  const octets = address.split('.').map(Number)
  return octets.length === 4 && octets.every((octet) => octet <= 255) && octets[0]! < 224
}

function readMediaLine(
  value: string,
  offset: number,
): Pick<MediaDescription, 'media' | 'port' | 'protocol' | 'formats'> {
  const [media = '', portText = '', protocol = '', ...formats] = value.trim().split(/ +/)
  const port = Number(/^(\d{1,5})(?:\/\d{1,3})?$/.exec(portText)?.[1] ?? Number.NaN)
  if (!TOKEN.test(media) || !(port <= 65_535) || !TOKEN.test(protocol)) {
    throw new ParseError('sdp.media', offset, 'has no kind, port and protocol')
  }
  if (formats.length > SDP_FORMATS_MAX || !formats.every((format) => TOKEN.test(format))) {
    throw new ParseError('sdp.media', offset, 'has unreadable formats')
  }
  return { media: media.toLowerCase(), port, protocol, formats }
}

function readAttribute(value: string): Attribute {
  const colon = value.indexOf(':')
  return colon < 0 ? [value.trim(), undefined] : [value.slice(0, colon).trim(), value.slice(colon + 1).trim()]
}
