/**
 * Replaces two inner loops of PDFium, through which every letter of a page goes one pixel at a time, by calls to the
 * same loops in `kernels.wat`, which take eight pixels and more.
 *
 * The loops are found by where they are in the one build of PDFium that is pinned in `package.json`: the bytes are
 * touched only if the whole module has the known digest. Any other build runs as it came, slower and no less right.
 * ADR 0040 says why, and how an upgrade finds the new places.
 */
import { createHash } from 'node:crypto'

/** `pdfium.wasm` of @embedpdf/pdfium 2.15.1. */
const KNOWN_SHA256 = '5e4cd023c3dad4a895b3571ca573d3fc51bac6de48360d95283134385b954eaa'

/** The module's function table has 3081 entries; `startEngine` puts the kernels behind them. */
const ADD_PIXELS_SLOT = 3081
const PAINT_ROW_SLOT = 3082

/** Instructions of WebAssembly (core specification §5.4), as far as they are written below. */
const get = (local: number) => [0x20, local]
const set = (local: number) => [0x21, local]
const tee = (local: number) => [0x22, local]
const load = (offset: number) => [0x28, 2, offset]
const loadByte = (offset: number) => [0x2d, 0, offset]
const storeWord = (offset: number) => [0x36, 2, offset]
const storeLong = (offset: number) => [0x37, 3, offset]
const constant = (value: number) => [0x41, (value & 0x7f) | 0x80, (value >> 7) & 0x7f]
const branch = (depth: number) => [0x0c, depth]
const branchIf = (depth: number) => [0x0d, depth]
const callIndirect = (type: number) => [0x11, type, 0]
const EQUAL = [0x46]
const ADD = [0x6a]
const MULTIPLY = [0x6c]
const OR = [0x72]
const SHIFT_LEFT = [0x74]
const NOP = 0x01

/** Types of the module, by their index: how many 32-bit integers go in and come out. */
const TWO_TO_ONE = 2
const THREE_TO_NONE = 6
const SIX_TO_NONE = 11
const EIGHT_TO_NONE = 21

interface Edit {
  /** Offsets in the file, `to` exclusive. */
  readonly from: number
  readonly to: number
  readonly code: readonly number[]
}

/**
 * `CFX_DIBitmap` adding a letter to a line of text, both one bit a pixel: the loop over the letter's rows.
 * Local 0 is the line and 5 the letter, `pitch` at 32 in each; the frame at local 8 holds, clipped already, where in
 * the line (28, 24) and in the letter (12, 8) to begin, and width and height (20, 16).
 */
const LETTER_TO_LINE: Edit = {
  from: 0x073e93,
  to: 0x073f97,
  code: [
    // As it was: the line's first byte, by the kind of buffer it has (local 2; 255 is none) …
    ...[...get(0), ...loadByte(40), ...tee(2), ...constant(255), ...EQUAL, ...branchIf(3)],
    ...[...get(8), ...get(8), ...constant(35), ...ADD, ...storeWord(36)],
    ...[...get(8), ...get(11), ...storeLong(40)],
    ...[...get(8), ...constant(36), ...ADD, ...get(9), ...get(8), ...constant(40), ...ADD],
    ...[...get(2), ...constant(2), ...SHIFT_LEFT, ...ADD, ...load(0), ...callIndirect(TWO_TO_ONE), ...set(1)],
    // … and `GetScanline` of the letter, asked once for its first row; its rows follow each other.
    ...[...get(8), ...constant(40), ...ADD, ...get(5), ...get(8), ...load(8)],
    ...[...get(5), ...load(0), ...load(8), ...callIndirect(THREE_TO_NONE)],
    ...[...get(8), ...load(40), ...get(5), ...load(32), ...get(8), ...load(12)],
    ...[...get(1), ...get(8), ...load(24), ...get(0), ...load(32), ...MULTIPLY, ...ADD],
    ...[...get(0), ...load(32), ...get(8), ...load(28), ...get(8), ...load(20), ...get(8), ...load(16)],
    ...[...constant(ADD_PIXELS_SLOT), ...callIndirect(EIGHT_TO_NONE)],
  ],
}

/**
 * `CFX_ScanlineCompositor` painting a row of a one-bit mask on a grey row: the loop over its pixels.
 * Locals: 8 the mask's row and 3 its first pixel, 0 the grey row, 4 the width, 9 grey, 10 opacity, 5 the clip's row or 0.
 */
const MASK_TO_GREY: Edit = {
  from: 0x065980,
  to: 0x0659fc,
  code: [
    ...[...get(8), ...get(3), ...get(0), ...get(4)],
    ...[...get(10), ...constant(8), ...SHIFT_LEFT, ...get(9), ...OR, ...get(5)],
    ...[...constant(PAINT_ROW_SLOT), ...callIndirect(SIX_TO_NONE), ...branch(9)],
  ],
}

/** A copy of the module with its loops replaced, or `module` itself when it is not the build this was made for. */
export function replaceSlowLoops(module: Uint8Array): Uint8Array {
  if (createHash('sha256').update(module).digest('hex') !== KNOWN_SHA256) return module
  const replaced = Uint8Array.from(module)
  for (const { from, to, code } of [LETTER_TO_LINE, MASK_TO_GREY]) {
    replaced.fill(NOP, from, to)
    replaced.set(code, from)
  }
  return replaced
}
