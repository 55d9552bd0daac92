/** Our own inner loops over pixels in the engine's memory; `kernels.wat` is their source. */
import { readFileSync } from 'node:fs'

/** Pointers are numbers, as in `PdfiumCalls`. */
export interface Kernels {
  addPixels(
    from: number,
    fromPitch: number,
    fromBit: number,
    to: number,
    toPitch: number,
    toBit: number,
    width: number,
    height: number,
  ): void
  paintRow(mask: number, maskBit: number, pixels: number, width: number, colour: number, cover: number): void
  threshold(pixels: number, level: number, words: number, count: number): void
  isWhite(at: number, count: number): number
}

/** The loops for one engine's memory. */
export function startKernels(memory: WebAssembly.Memory): Kernels {
  const bytes = Uint8Array.from(readFileSync(new URL('./kernels.wasm', import.meta.url)))
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { engine: { memory } })
  return instance.exports as unknown as Kernels
}
