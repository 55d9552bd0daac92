import { ParseError } from '../parse-error.ts'
import type { CodingScheme } from '../t4/transcode.ts'
import { BitField, BitFieldBuilder } from './bit-field.ts'
import type { LineResolution, RecordingLength, RecordingWidth } from './geometry.ts'
import { MODULATIONS, type Modulation, modulationOfDcsBits } from './modulation.ts'
import { bitsOfLength, bitsOfWidth, lengthOfBits, widthOfBits } from './recording-bits.ts'
import { dcsBitsOf, type ScanLineTimeMs, scanLineTimeOfDcs } from './scan-line-time.ts'

/** What a DCS settles for the pages that follow (T.30 table 2). */
export interface Settings {
  readonly modulation: Modulation
  readonly resolution: LineResolution
  readonly scheme: CodingScheme
  readonly ecm: boolean
  /** Image octets of an ECM frame (bit 28). */
  readonly frameOctets: 256 | 64
  readonly width: RecordingWidth
  readonly length: RecordingLength
  /** Shortest time for a coded line; 0 with ECM. */
  readonly scanLineTimeMs: ScanLineTimeMs
}

/** @throws {ParseError} when it names a modem or coding that G3 does not have or we never offered */
export function parseSettings(information: Uint8Array): Settings {
  const bits = new BitField(information)
  const ecm = bits.has(27)
  return {
    modulation: parseModulation(information),
    resolution: readResolution(bits),
    scheme: readScheme(bits, ecm),
    ecm,
    frameOctets: bits.has(28) ? 64 : 256,
    width: widthOfBits(bits.text(17, 2)),
    length: lengthOfBits(bits.text(19, 2)),
    scanLineTimeMs: scanLineTimeOfDcs(bits.text(21, 3)),
  }
}

/** Bits 11–14, which a CTC carries too. */
export function parseModulation(information: Uint8Array): Modulation {
  if (information.length < 2)
    throw new ParseError('settings', information.length, 'ends before bits 11 to 14')
  const bits = [11, 12, 13, 14].map((n) =>
    ((information[(n - 1) >> 3]! >> (7 - ((n - 1) & 7))) & 1).toString(),
  )
  const modulation = modulationOfDcsBits(bits.join(''))
  if (!modulation) throw new ParseError('settings.modulation', 1, 'names no modem of G3')
  return modulation
}

function readResolution(bits: BitField): LineResolution {
  if (bits.has(43)) return 'dpi400'
  if (bits.has(42)) return 'dpi300'
  if (bits.has(41)) return 'superfine'
  return bits.has(15) ? 'fine' : 'standard'
}

function readScheme(bits: BitField, ecm: boolean): CodingScheme {
  if (bits.has(78) || bits.has(79))
    throw new ParseError('settings.scheme', 9, 'names JBIG, which is not offered')
  if (bits.has(26))
    throw new ParseError('settings.scheme', 3, 'names uncompressed mode, which is not offered')
  if (bits.has(31)) {
    if (!ecm) throw new ParseError('settings.scheme', 3, 'names T.6 without error correction')
    return 'MMR'
  }
  return bits.has(16) ? 'MR' : 'MH'
}

/** Frames that go with a DCS and are named in it: SUB (bit 49) and SID (bit 50). */
export interface Companions {
  readonly subAddress: boolean
  readonly senderId: boolean
}

const ALONE: Companions = { subAddress: false, senderId: false }

/**
 * The information of DCS (T.30 table 2).
 * @param companions which of SUB and SID go with it
 */
export function buildSettings(settings: Settings, companions: Companions = ALONE): Uint8Array {
  const { resolution } = settings
  return (
    new BitFieldBuilder()
      .set(10)
      .setText(11, MODULATIONS[settings.modulation].dcsBits)
      .set(15, resolution === 'fine')
      .set(16, settings.scheme === 'MR')
      .setText(17, bitsOfWidth(settings.width))
      .setText(19, bitsOfLength(settings.length))
      .setText(21, dcsBitsOf(settings.scanLineTimeMs))
      .set(27, settings.ecm)
      .set(28, settings.ecm && settings.frameOctets === 64)
      .set(31, settings.scheme === 'MMR')
      .set(41, resolution === 'superfine')
      .set(42, resolution === 'dpi300')
      .set(43, resolution === 'dpi400')
      // Bit 43 is 400 x 400 to the inch with bit 44, R16 x 15.4 to the millimetre without (table 2, note to bits 44 and 45).
      .set(44, resolution === 'dpi400')
      .set(49, companions.subAddress)
      .set(50, companions.senderId)
      .build()
  )
}

/** The first two octets of a DCS, as CTC repeats them to change the speed (T.30 A.4.3, CTC). */
export function buildRateChange(settings: Settings): Uint8Array {
  return buildSettings(settings).slice(0, 2)
}
