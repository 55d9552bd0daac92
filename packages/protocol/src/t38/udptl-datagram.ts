import { ParseError } from '../parse-error.ts'

/**
 * A UDPTL datagram (T.38 §9.1), in aligned PER:
 *
 *     sequence number                2 octets
 *     primary IFP packet             length, octets
 *     redundancy  0x00, count, then  length, octets   for each earlier IFP packet, newest first
 *     or FEC      0x80, 1, span, count, then length, octets   for each parity
 *
 * With parities P0 … P(count-1) in datagram s, Pm is the XOR of the `span` packets s - span·count + m + j·count.
 */
export interface UdptlDatagram {
  readonly sequence: number
  /** Empty in the datagrams some gateways send to keep a port open. */
  readonly primary: Uint8Array
  readonly recovery: UdptlRecovery
}

export type UdptlRecovery =
  | { readonly kind: 'redundancy'; readonly packets: readonly Uint8Array[] }
  | { readonly kind: 'fec'; readonly span: number; readonly parities: readonly Uint8Array[] }

/** As negotiated by `T38FaxUdpEC`; `depth` and `entries` count what is added to each datagram. */
export type ErrorCorrection =
  | { readonly kind: 'none' }
  | { readonly kind: 'redundancy'; readonly depth: number }
  | { readonly kind: 'fec'; readonly span: number; readonly entries: number }

/** From here on PER would cut an open type into fragments (X.691 §10.9.3.8), which no datagram needs. */
export const IFP_OCTETS_LIMIT = 16_384

/** Both the count of secondary packets and FEC's numbers stay in one octet. */
export const RECOVERY_ENTRIES_MAX = 127

/** Reads a whole datagram; every part is a view of `octets`. Throws `ParseError`. */
export function parseUdptl(octets: Uint8Array): UdptlDatagram {
  const { datagram, fault } = readUdptl(octets)
  if (fault !== undefined) throw fault
  return datagram
}

/**
 * As `parseUdptl`, but a fault behind the primary packet only loses the recovery part, all of it: without a
 * checksum in HDLC data over T.38, a wrong packet is worse than a missing one. Throws where the primary is bad.
 */
export function readUdptl(octets: Uint8Array): { datagram: UdptlDatagram; fault: ParseError | undefined } {
  if (octets.length < 2) throw new ParseError('udptl.sequence', 0, 'is cut short')
  const sequence = (octets[0]! << 8) | octets[1]!
  const primary = readOpenType(octets, 2, 'udptl.primary')
  if (primary instanceof ParseError) throw primary
  const recovery = readRecovery(octets, primary.end)
  if (!(recovery instanceof ParseError)) {
    return { datagram: { sequence, primary: primary.octets, recovery }, fault: undefined }
  }
  return { datagram: { sequence, primary: primary.octets, recovery: NO_RECOVERY }, fault: recovery }
}

function readRecovery(octets: Uint8Array, start: number): UdptlRecovery | ParseError {
  const choice = octets[start]
  if (choice === undefined) return new ParseError('udptl.recovery', start, 'is missing')
  if ((choice & 0x7f) !== 0) return new ParseError('udptl.recovery', start, 'is not known')
  if (choice === 0) {
    const packets = readOpenTypes(octets, start + 1, 'udptl.secondary')
    return packets instanceof ParseError ? packets : { kind: 'redundancy', packets }
  }
  // fec-npackets is an INTEGER without bounds: its length comes first.
  if (octets[start + 1] !== 1) return new ParseError('udptl.fec_span', start + 1, 'is not one octet long')
  const span = octets[start + 2]
  if (span === undefined) return new ParseError('udptl.fec_span', start + 2, 'is missing')
  if (span > RECOVERY_ENTRIES_MAX) return new ParseError('udptl.fec_span', start + 2, 'is out of range')
  const parities = readOpenTypes(octets, start + 3, 'udptl.fec')
  return parities instanceof ParseError ? parities : { kind: 'fec', span, parities }
}

function readOpenTypes(octets: Uint8Array, start: number, field: string): Uint8Array[] | ParseError {
  const count = octets[start]
  if (count === undefined) return new ParseError(`${field}_count`, start, 'is missing')
  if (count > RECOVERY_ENTRIES_MAX) return new ParseError(`${field}_count`, start, 'is too large')
  const list: Uint8Array[] = []
  let at = start + 1
  for (let i = 0; i < count; i++) {
    const entry = readOpenType(octets, at, field)
    if (entry instanceof ParseError) return entry
    list.push(entry.octets)
    at = entry.end
  }
  if (at !== octets.length) return new ParseError('udptl.end', at, 'is followed by something')
  return list
}

function readOpenType(
  octets: Uint8Array,
  start: number,
  field: string,
): { octets: Uint8Array; end: number } | ParseError {
  const first = octets[start]
  if (first === undefined) return new ParseError(field, start, 'is missing')
  let at = start + 1
  let length = first
  if (first >= 0xc0) return new ParseError(field, start, 'is in fragments')
  if (first >= 0x80) {
    if (at >= octets.length) return new ParseError(field, at, 'is cut short')
    length = ((first & 0x3f) << 8) | octets[at++]!
  }
  const end = at + length
  if (end > octets.length) return new ParseError(field, start, 'is longer than the datagram')
  return { octets: octets.subarray(at, end), end }
}

/** What `octets` take with their length before them. */
export function openTypeOctets(octets: Uint8Array): number {
  return octets.length + (octets.length < 0x80 ? 1 : 2)
}

/** Returns where the next octet goes. `octets` must be shorter than `IFP_OCTETS_LIMIT`. */
export function writeOpenType(datagram: Uint8Array, start: number, octets: Uint8Array): number {
  let at = start
  if (octets.length < 0x80) {
    datagram[at++] = octets.length
  } else {
    datagram[at++] = 0x80 | (octets.length >>> 8)
    datagram[at++] = octets.length & 0xff
  }
  datagram.set(octets, at)
  return at + octets.length
}

const NO_RECOVERY: UdptlRecovery = { kind: 'redundancy', packets: [] }
