import { ParseError } from '../parse-error.ts'
import {
  DATA_TYPES,
  DATA_TYPES_IN_ROOT,
  type DataField,
  FIELD_TYPES,
  FIELD_TYPES_IN_ROOT,
  FIELDS_MAX,
  type Ifp,
  INDICATORS,
  INDICATORS_IN_ROOT,
  type T38Version,
} from './ifp-types.ts'

/**
 * One IFP packet; fields' octets are views of `octets`. Throws `ParseError`.
 *
 * Read with tolerance where T.38 has grown or peers differ:
 * - an extended indicator newer than our table is `unknown`, and a newer field type is left out: neither ends
 *   the call. A newer data type is an error, since data of an unknown modulation cannot be used;
 * - extensions are read in every version: ignoring one is the terminal's choice, not ours;
 * - zeros may follow: a packet recovered by FEC is as long as the longest of its group (T.38 §9.1.4).
 *   Anything else may not follow, which also shows a recovery that mixed the wrong packets.
 */
export function decodeIfp(octets: Uint8Array, version: T38Version): Ifp {
  if (octets.length === 0) throw new ParseError('ifp', 0, 'is empty')
  const lead = octets[0]!
  const isExtended = (lead & 0x20) !== 0
  if (isExtended && octets.length < 2) throw new ParseError('ifp.type', 1, 'is cut short')
  // X.691 §10.6: a small number; its own escape for numbers past 63 is not something T.38 can need.
  if (isExtended && (lead & 0x10) !== 0) throw new ParseError('ifp.type', 0, 'is out of range')
  const extension = isExtended ? ((lead & 0x0f) << 2) | (octets[1]! >>> 6) : -1
  const number = (lead >>> 1) & 0x0f
  const end = isExtended ? 2 : 1
  if ((lead & 0x40) === 0) {
    if ((lead & 0x80) !== 0) throw new ParseError('ifp.data_field', 0, 'follows an indicator')
    requireZerosFrom(octets, end)
    return indicatorPackets[isExtended ? INDICATORS_IN_ROOT + extension : number] ?? UNKNOWN_INDICATOR
  }
  if (!isExtended && number >= DATA_TYPES_IN_ROOT) throw new ParseError('ifp.data_type', 0, 'is out of range')
  const dataType = DATA_TYPES[isExtended ? DATA_TYPES_IN_ROOT + extension : number]
  if (dataType === undefined) throw new ParseError('ifp.data_type', 0, 'is not known')
  if ((lead & 0x80) !== 0) return { kind: 'data', dataType, fields: decodeFields(octets, end, version) }
  requireZerosFrom(octets, end)
  return { kind: 'data', dataType, fields: [] }
}

/** Built once: indicators are sent three times each, by hundreds of calls. */
const indicatorPackets: readonly Ifp[] = INDICATORS.map((indicator) => ({ kind: 'indicator', indicator }))
const UNKNOWN_INDICATOR: Ifp = { kind: 'indicator', indicator: 'unknown' }

function decodeFields(octets: Uint8Array, start: number, version: T38Version): readonly DataField[] {
  const count = octets[start]
  if (count === undefined) throw new ParseError('ifp.field_count', start, 'is missing')
  if (count > FIELDS_MAX) throw new ParseError('ifp.field_count', start, 'is too large')
  const packed = readFields(octets, start + 1, count, version, false)
  if (!(packed instanceof ParseError)) return packed
  // A field without octets leaves the next one in the middle of an octet. Some peers (spandsp is one) start
  // every field on a new octet instead. Where only that reading fits, it is what was meant.
  const aligned = readFields(octets, start + 1, count, version, true)
  if (aligned instanceof ParseError) throw packed
  return aligned
}

/** The fields, if they fill the packet. Errors are returned, as a first reading may fail for a second to fit. */
function readFields(
  octets: Uint8Array,
  start: number,
  count: number,
  version: T38Version,
  aligned: boolean,
): DataField[] | ParseError {
  const fields: DataField[] = []
  let bit = start * 8
  for (let i = 0; i < count; i++) {
    const head = peek16(octets, bit)
    const isExtended = version !== 0 && (head & 0x4000) !== 0
    const width = version === 0 ? 4 : isExtended ? 9 : 5
    if (bit + width > octets.length * 8) return new ParseError('ifp.field_type', bit >>> 3, 'is cut short')
    if (isExtended && (head & 0x2000) !== 0)
      return new ParseError('ifp.field_type', bit >>> 3, 'is out of range')
    const number = version === 0 ? (head >>> 12) & 7 : (head >>> 11) & 7
    const type = FIELD_TYPES[isExtended ? FIELD_TYPES_IN_ROOT + ((head >>> 7) & 0x3f) : number]
    bit += width
    let data: Uint8Array = NO_OCTETS
    if ((head & 0x8000) !== 0) {
      const at = (bit + 7) >>> 3
      if (at + 2 > octets.length) return new ParseError('ifp.field_length', at, 'is cut short')
      const length = ((octets[at]! << 8) | octets[at + 1]!) + 1
      if (at + 2 + length > octets.length) return new ParseError('ifp.field_length', at, 'is past the end')
      data = octets.subarray(at + 2, at + 2 + length)
      bit = (at + 2 + length) * 8
    } else if (aligned) {
      if (!isZeroToOctetEnd(octets, bit)) return strayBits(bit >>> 3)
      bit = (bit + 7) & ~7
    }
    if (type !== undefined) fields.push({ type, octets: data })
  }
  if (!isZeroToOctetEnd(octets, bit)) return strayBits(bit >>> 3)
  const stray = nonZeroFrom(octets, (bit + 7) >>> 3)
  return stray < 0 ? fields : strayBits(stray)
}

/** Sixteen bits from any bit on, zeros past the end. */
function peek16(octets: Uint8Array, bit: number): number {
  const at = bit >>> 3
  const three = ((octets[at] ?? 0) << 16) | ((octets[at + 1] ?? 0) << 8) | (octets[at + 2] ?? 0)
  return (three >>> (8 - (bit & 7))) & 0xffff
}

function isZeroToOctetEnd(octets: Uint8Array, bit: number): boolean {
  return (bit & 7) === 0 || (octets[bit >>> 3]! & (0xff >>> (bit & 7))) === 0
}

function requireZerosFrom(octets: Uint8Array, start: number): void {
  const stray = nonZeroFrom(octets, start)
  if (stray >= 0) throw strayBits(stray)
}

function nonZeroFrom(octets: Uint8Array, start: number): number {
  for (let at = start; at < octets.length; at++) if (octets[at] !== 0) return at
  return -1
}

function strayBits(at: number): ParseError {
  return new ParseError('ifp.end', at, 'is followed by something')
}

const NO_OCTETS = new Uint8Array(0)
