import { ParseError } from '../parse-error.ts'
import { bitOf, reverseBits, setBit } from './bits.ts'
import { type ControlField, controlFieldOf, octetOf } from './facsimile-control-field.ts'

/** A block of ECM holds at most 256 frames (T.30 A.3.6); its repeat request has a bit for each. */
export const FRAMES_PER_BLOCK_MAX = 256
const PPR_OCTETS = FRAMES_PER_BLOCK_MAX / 8

/** What follows the block: nothing (more of the same page), or one of the post-message commands (A.4.3.1). */
export type PostMessage = 'MPS' | 'EOM' | 'EOP'

/** The information of a PPS: FCF of the command inside it, page and block counters, frames sent less one. */
export interface PartialPageSignal {
  readonly after: PostMessage | 'NULL'
  /** Modulo 256. */
  readonly page: number
  /** Modulo 256. */
  readonly block: number
  /** Frames in this transmission of the block, 1–256. */
  readonly frames: number
}

const NULL_FIELD = 0x00

/**
 * The information of PPS (T.30 Annex A.4.3): what comes after, then page, block and frame count less one, each least significant bit first.
 */
export function buildPps(signal: PartialPageSignal, hasReceivedDis: boolean): Uint8Array {
  const inner = signal.after === 'NULL' ? NULL_FIELD : octetOf(signal.after, hasReceivedDis)
  return Uint8Array.of(
    inner,
    reverseBits(signal.page & 0xff),
    reverseBits(signal.block & 0xff),
    reverseBits((signal.frames - 1) & 0xff),
  )
}

/** @throws {ParseError} */
export function parsePps(information: Uint8Array): PartialPageSignal {
  if (information.length < 4) throw new ParseError('pps', information.length, 'has fewer than four octets')
  return {
    after: parseAfter(information[0]!, 'pps.command'),
    page: reverseBits(information[1]!),
    block: reverseBits(information[2]!),
    frames: reverseBits(information[3]!) + 1,
  }
}

/** EOR carries what a PPS would have: the command inside it (A.4.3.3). @throws {ParseError} */
export function parseEor(information: Uint8Array): PostMessage | 'NULL' {
  if (information.length < 1) throw new ParseError('eor', 0, 'has no command')
  return parseAfter(information[0]!, 'eor.command')
}

/** The information of EOR (T.30 Annex A.4.3): what comes after the block that is given up. */
export function buildEor(after: PostMessage | 'NULL', hasReceivedDis: boolean): Uint8Array {
  return Uint8Array.of(after === 'NULL' ? NULL_FIELD : octetOf(after, hasReceivedDis))
}

function parseAfter(octet: number, name: string): PostMessage | 'NULL' {
  if ((octet & 0x7f) === NULL_FIELD) return 'NULL'
  const command = postMessageOf(controlFieldOf(octet))
  if (!command) throw new ParseError(name, 0, 'names no post-message command')
  return command
}

/** An operator is never called here, so the PRI commands are their plain counterparts (T.30 §5.3.6.1.6). */
export function postMessageOf(field: ControlField | undefined): PostMessage | undefined {
  switch (field) {
    case 'MPS':
    case 'PRI-MPS':
      return 'MPS'
    case 'EOM':
    case 'PRI-EOM':
      return 'EOM'
    case 'EOP':
    case 'PRI-EOP':
      return 'EOP'
    default:
      return undefined
  }
}

/** PPR: a 1 for each frame to be sent again; frames the block does not have are 1 too (A.4.4.1). */
export function buildPpr(isMissing: (frame: number) => boolean): Uint8Array {
  const octets = new Uint8Array(PPR_OCTETS)
  for (let frame = 0; frame < FRAMES_PER_BLOCK_MAX; frame++) if (isMissing(frame)) setBit(octets, frame + 1)
  return octets
}

/** The frames asked for again, of those the block has. @throws {ParseError} */
export function parsePpr(information: Uint8Array, frames: number): number[] {
  if (information.length < PPR_OCTETS)
    throw new ParseError('ppr', information.length, 'has fewer than 256 bits')
  const missing: number[] = []
  for (let frame = 0; frame < frames; frame++) if (bitOf(information, frame + 1)) missing.push(frame)
  return missing
}

/** FCD: the frame's number, then image octets (A.3.6.2). */
export function buildFcdInformation(number: number, image: Uint8Array): Uint8Array {
  const octets = new Uint8Array(image.length + 1)
  octets[0] = reverseBits(number)
  octets.set(image, 1)
  return octets
}

/** @throws {ParseError} */
export function parseFcd(
  information: Uint8Array,
  frameOctets: number,
): { number: number; image: Uint8Array } {
  if (information.length < 2) throw new ParseError('fcd', information.length, 'holds no image')
  if (information.length > frameOctets + 1) throw new ParseError('fcd', frameOctets + 1, 'holds too much')
  return { number: reverseBits(information[0]!), image: information.subarray(1) }
}
