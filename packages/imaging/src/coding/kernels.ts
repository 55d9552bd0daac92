/** Our loops over a page's one-bit rows; `kernels.wat` is their source and says what the memory holds. */
import { readFileSync } from 'node:fs'
import { BLACK_RUNS_AT, LONGEST_MERGED_RUN, RUN_CODES } from '@answerback/protocol/t4/run-encode-table'

/** Pointers are offsets in the memory, multiples of four. `stride` counts words, as in `Bitmap`. */
export interface PageKernels {
  fillDents(words: number, stride: number, rows: number): void
  /** Returns the length of the coded page in bytes. */
  encodeT6(words: number, stride: number, rows: number, width: number, out: number): number
}

/** The widest row the loops have room for. */
export const KERNEL_WIDTH_MAX = LONGEST_MERGED_RUN
/** The first byte of the memory that is the caller's. */
export const FREE_FROM = 36_912

/** Where the loops look for their tables. */
const RUN_CODES_AT = 0
const BIT_PLACES_AT = 20_992

/** The loops for a memory, whose first `FREE_FROM` bytes they take; nothing else may write there. */
export function startPageKernels(memory: WebAssembly.Memory): PageKernels {
  new Int32Array(memory.buffer, RUN_CODES_AT, 2 * BLACK_RUNS_AT).set(RUN_CODES)
  new Uint16Array(memory.buffer, BIT_PLACES_AT, 256 * 8).set(bitPlaces())
  const bytes = Uint8Array.from(readFileSync(new URL('./kernels.wasm', import.meta.url)))
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { page: { memory } })
  return instance.exports as unknown as PageKernels
}

/** For each byte the places of its set bits, the most significant as 0, in eight entries of which the rest are 0. */
function bitPlaces(): Uint16Array {
  const places = new Uint16Array(256 * 8)
  for (let byte = 0; byte < 256; byte++) {
    let at = byte * 8
    for (let place = 0; place < 8; place++) if (byte & (0x80 >>> place)) places[at++] = place
  }
  return places
}
