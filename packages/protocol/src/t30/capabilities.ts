import type { CodingScheme } from '../t4/transcode.ts'
import { BitField, BitFieldBuilder } from './bit-field.ts'
import type { LineResolution, RecordingLength, RecordingWidth } from './geometry.ts'
import type { Modem } from './modulation.ts'
import { bitsOfLength, bitsOfWidth, lengthOfBits, widthOfBits } from './recording-bits.ts'
import { bitsOfScanLineNeed, type ScanLineNeed, scanLineNeedOf } from './scan-line-time.ts'

/** What a terminal says of itself in a DIS or DTC (T.30 table 2). */
export interface Capabilities {
  /** Bit 10. */
  readonly canReceive: boolean
  /** Bit 9. */
  readonly hasDocumentToPoll: boolean
  readonly modems: ReadonlySet<Modem>
  /** Where the modem bits say less than all the speeds of `modems`: 2400 for V.27ter's fall-back mode alone. */
  readonly bitRateMax?: number
  readonly resolutions: ReadonlySet<LineResolution>
  readonly schemes: ReadonlySet<CodingScheme>
  readonly ecm: boolean
  /** Bit 7: ECM frames of 64 octets preferred. */
  readonly prefersShortFrames: boolean
  /** The widest it prints. */
  readonly width: RecordingWidth
  readonly length: RecordingLength
  readonly scanLine: ScanLineNeed
  readonly takesSubAddress: boolean
  readonly takesPassword: boolean
}

const FALL_BACK_BITS = '0000'
const FALL_BACK_BIT_RATE = 2_400

/** Bits 11–14 of a DIS (table 2). What the table leaves open is read as the modem every terminal has. */
const MODEMS: Readonly<Record<string, readonly Modem[]>> = {
  [FALL_BACK_BITS]: ['V27TER'],
  '0100': ['V27TER'],
  '1000': ['V29'],
  '1100': ['V27TER', 'V29'],
  '1101': ['V27TER', 'V29', 'V17'],
  // Once V.27ter, V.29 and V.33, which no terminal has any more: its two others.
  '1110': ['V27TER', 'V29'],
}

/** @throws {ParseError} */
export function parseCapabilities(information: Uint8Array): Capabilities {
  const bits = new BitField(information)
  const ecm = bits.has(27)
  const modemBits = bits.text(11, 4)
  return {
    canReceive: bits.has(10),
    hasDocumentToPoll: bits.has(9),
    modems: new Set(MODEMS[modemBits] ?? ['V27TER']),
    ...(modemBits === FALL_BACK_BITS && { bitRateMax: FALL_BACK_BIT_RATE }),
    resolutions: readResolutions(bits),
    // T.6 needs error correction (T.30 table 2, note to bit 31).
    schemes: chosen<CodingScheme>({ MH: true, MR: bits.has(16), MMR: ecm && bits.has(31) }),
    ecm,
    prefersShortFrames: bits.has(7),
    width: widthOfBits(bits.text(17, 2)),
    length: lengthOfBits(bits.text(19, 2)),
    scanLine: scanLineNeedOf(bits.text(21, 3)),
    takesSubAddress: bits.has(49),
    takesPassword: bits.has(50),
  }
}

function readResolutions(bits: BitField): ReadonlySet<LineResolution> {
  return chosen<LineResolution>({
    standard: true,
    fine: bits.has(15),
    superfine: bits.has(41),
    dpi300: bits.has(42),
    dpi400: bits.has(43),
  })
}

function chosen<Name extends string>(answers: Readonly<Record<Name, boolean>>): ReadonlySet<Name> {
  return new Set((Object.keys(answers) as Name[]).filter((name) => answers[name]))
}

/** A DIS's information field. V.8 (bit 6), JBIG (bits 78, 79) and uncompressed mode (bit 26) are never claimed. */
export function buildCapabilities(own: Capabilities): Uint8Array {
  const { resolutions, schemes } = own
  return (
    new BitFieldBuilder()
      // Internet-aware terminal: real-time fax over T.38 (bit 3).
      .set(3)
      .set(7, own.prefersShortFrames)
      .set(9, own.hasDocumentToPoll)
      .set(10, own.canReceive)
      .setText(11, modemBitsOf(own))
      .set(15, resolutions.has('fine'))
      .set(16, schemes.has('MR'))
      .setText(17, bitsOfWidth(own.width))
      .setText(19, bitsOfLength(own.length))
      .setText(21, bitsOfScanLineNeed(own.scanLine))
      .set(27, own.ecm)
      .set(31, own.ecm && schemes.has('MMR'))
      .set(41, resolutions.has('superfine'))
      .set(42, resolutions.has('dpi300'))
      .set(43, resolutions.has('dpi400'))
      .set(49, own.takesSubAddress)
      .set(50, own.takesPassword)
      .build()
  )
}

function modemBitsOf({ modems, bitRateMax }: Capabilities): string {
  if (bitRateMax !== undefined && bitRateMax <= FALL_BACK_BIT_RATE) return FALL_BACK_BITS
  if (modems.has('V17')) return '1101'
  if (!modems.has('V29')) return '0100'
  return modems.has('V27TER') ? '1100' : '1000'
}
