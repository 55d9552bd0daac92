import {
  DATA_TYPES,
  DATA_TYPES_IN_ROOT,
  type DataField,
  type DataType,
  FIELD_OCTETS_MAX,
  FIELD_TYPES,
  FIELD_TYPES_IN_ROOT,
  FIELDS_MAX,
  type Ifp,
  INDICATORS,
  INDICATORS_IN_ROOT,
  type T38Version,
} from './ifp-types.ts'

/**
 * One IFP packet (T.38 §7) in aligned PER, X.691. Only what the version knows can be sent: extended indicators,
 * data types and field types need version 2, and `unknown` is never sent; `RangeError` otherwise, as for a
 * field too long. Put a field without octets last: what follows it starts in the middle of an octet, and
 * peers differ in reading that.
 */
export function encodeIfp(packet: Ifp, version: T38Version): Uint8Array {
  if (packet.kind === 'data') return encodeData(packet.dataType, packet.fields, version)
  const index = INDICATORS.indexOf(packet.indicator as (typeof INDICATORS)[number])
  if (index < 0) throw new RangeError('An unknown indicator cannot be sent')
  if (index < INDICATORS_IN_ROOT) return Uint8Array.of(index << 1)
  requireExtensions(version)
  const extension = index - INDICATORS_IN_ROOT
  return Uint8Array.of(EXTENDED | (extension >>> 2), (extension << 6) & 0xff)
}

function encodeData(dataType: DataType, fields: readonly DataField[], version: T38Version): Uint8Array {
  if (fields.length > FIELDS_MAX) throw new RangeError(`An IFP packet has at most ${FIELDS_MAX} fields`)
  const index = DATA_TYPES.indexOf(dataType)
  const extended = index >= DATA_TYPES_IN_ROOT
  if (extended) requireExtensions(version)
  const packet = new Uint8Array(octetsMax(fields))
  // Type-of-msg data, with a data-field unless there is nothing to put in one.
  const lead = DATA | (fields.length > 0 ? DATA_FIELD_PRESENT : 0)
  let at = 1
  if (extended) {
    const extension = index - DATA_TYPES_IN_ROOT
    packet[0] = lead | EXTENDED | (extension >>> 2)
    packet[at++] = (extension << 6) & 0xff
  } else {
    packet[0] = lead | (index << 1)
  }
  if (fields.length > 0) {
    packet[at++] = fields.length
    at = writeFields(packet, at, fields, version)
  }
  return packet.subarray(0, at)
}

/** Returns where the next octet would go. */
function writeFields(
  packet: Uint8Array,
  start: number,
  fields: readonly DataField[],
  version: T38Version,
): number {
  let bit = start * 8
  for (const field of fields) {
    bit = writeFieldHead(packet, bit, field, version)
    const length = field.octets.length
    if (length === 0) continue
    const at = (bit + 7) >>> 3
    packet[at] = (length - 1) >>> 8
    packet[at + 1] = (length - 1) & 0xff
    packet.set(field.octets, at + 2)
    bit = (at + 2 + length) * 8
  }
  return (bit + 7) >>> 3
}

/**
 * Presence of octets, then the field type: three bits in version 0; later, an extension bit before them, or
 * before the seven of an extension (T.38 Annex A; the marker was added by a corrigendum).
 */
function writeFieldHead(packet: Uint8Array, bit: number, field: DataField, version: T38Version): number {
  const present = field.octets.length > 0 ? 1 : 0
  const index = FIELD_TYPES.indexOf(field.type)
  if (index >= FIELD_TYPES_IN_ROOT) {
    requireExtensions(version)
    return writeBits(packet, bit, 9, (present << 8) | 0x80 | (index - FIELD_TYPES_IN_ROOT))
  }
  const width = version === 0 ? 4 : 5
  return writeBits(packet, bit, width, (present << (width - 1)) | index)
}

/** At most nine bits, so at most two octets. */
function writeBits(packet: Uint8Array, bit: number, width: number, value: number): number {
  const at = bit >>> 3
  const placed = value << (16 - width - (bit & 7))
  packet[at]! |= placed >>> 8
  packet[at + 1]! |= placed & 0xff
  return bit + width
}

function octetsMax(fields: readonly DataField[]): number {
  let octets = 3
  for (const field of fields) {
    if (field.octets.length > FIELD_OCTETS_MAX) {
      throw new RangeError(`A field carries at most ${FIELD_OCTETS_MAX} octets`)
    }
    octets += 4 + field.octets.length
  }
  return octets
}

function requireExtensions(version: T38Version): void {
  if (version < 2) throw new RangeError('V.8, V.33 and V.34 need T.38 version 2')
}

const DATA_FIELD_PRESENT = 0x80
const DATA = 0x40
const EXTENDED = 0x20
