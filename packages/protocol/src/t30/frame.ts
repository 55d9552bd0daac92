import { ParseError } from '../parse-error.ts'
import { type ControlField, controlFieldOf, octetOf } from './facsimile-control-field.ts'

/** A whole HDLC frame between its flags, without the FCS: address, control, FCF, FIF (T.30 §5.3). */
export interface T30Frame {
  /** `undefined` for a field no edition names; such a frame is ignored. */
  readonly field: ControlField | undefined
  /** The last frame before the other side may speak (§5.3.5). */
  readonly isFinal: boolean
  /** The facsimile information field, the first bit on the wire as the most significant. */
  readonly information: Uint8Array
}

/** §5.3.4: the one address of a switched network. */
const ADDRESS = 0xff
/** §5.3.5: 1100 X000, where X marks the last frame of a transmission. */
const CONTROL = 0xc0
const CONTROL_FINAL = 0xc8
const HEADER_OCTETS = 3
/** An FCD of 256 image octets with its number is the longest; NSF may be long, but not without bound. */
const FRAME_OCTETS_MAX = 1024

const NO_INFORMATION = new Uint8Array(0)

/** @throws {ParseError} on anything that is not a T.30 frame; FCS is the transport's matter */
export function parseFrame(octets: Uint8Array): T30Frame {
  if (octets.length < HEADER_OCTETS) throw new ParseError('frame', octets.length, 'is shorter than a header')
  if (octets.length > FRAME_OCTETS_MAX) throw new ParseError('frame', FRAME_OCTETS_MAX, 'is too long')
  if (octets[0] !== ADDRESS) throw new ParseError('frame.address', 0, 'is not the address of a fax terminal')
  const control = octets[1]!
  if (control !== CONTROL && control !== CONTROL_FINAL) {
    throw new ParseError('frame.control', 1, 'is not a control field of T.30')
  }
  return {
    field: controlFieldOf(octets[2]!),
    isFinal: control === CONTROL_FINAL,
    information: octets.subarray(HEADER_OCTETS),
  }
}

export interface FrameToBuild {
  readonly field: ControlField
  readonly information?: Uint8Array
  readonly isFinal: boolean
  /** Sets the X bit of the FCF (§5.3.6.1). */
  readonly hasReceivedDis: boolean
}

/** A frame from its address to its information, without the FCS, which the modem or T.38 makes (T.30 §5.3). */
export function buildFrame(frame: FrameToBuild): Uint8Array {
  const information = frame.information ?? NO_INFORMATION
  const octets = new Uint8Array(HEADER_OCTETS + information.length)
  octets[0] = ADDRESS
  octets[1] = frame.isFinal ? CONTROL_FINAL : CONTROL
  octets[2] = octetOf(frame.field, frame.hasReceivedDis)
  octets.set(information, HEADER_OCTETS)
  return octets
}
