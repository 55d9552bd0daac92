/**
 * Lowers the maximum a WebAssembly module declares for its linear memory.
 *
 * A hostile PDF can make PDFium ask for 2 GB, and `resourceLimits` of a worker does not cover WASM memory. The
 * limit that holds is the one in the module's own memory section (WebAssembly core specification §5.5.8), so it is
 * rewritten before compiling: growth past it fails inside the sandbox.
 */

const HEADER_BYTES = 8
const MEMORY_SECTION_ID = 5
const LIMITS_WITH_MAXIMUM = 1
const WASM_PAGE_BYTES = 65_536

/** A copy of `module` whose memory cannot grow past `bytesMax`. Throws when the module declares no maximum. */
export function capMemory(module: Uint8Array, bytesMax: number): Uint8Array<ArrayBuffer> {
  const capped = Uint8Array.from(module)
  const maximumAt = findMaximum(capped)
  const width = leb128Length(capped, maximumAt)
  writeLeb128(capped, maximumAt, width, Math.floor(bytesMax / WASM_PAGE_BYTES))
  return capped
}

/** Offset of the maximum page count in the memory section. */
function findMaximum(module: Uint8Array): number {
  let at = HEADER_BYTES
  while (at < module.length) {
    const id = module[at]
    const size = readLeb128(module, at + 1)
    const body = at + 1 + leb128Length(module, at + 1)
    if (id === MEMORY_SECTION_ID) {
      const flagsAt = body + leb128Length(module, body)
      if (module[flagsAt] !== LIMITS_WITH_MAXIMUM)
        throw new Error('The PDF engine declares no memory maximum to lower.')
      return flagsAt + 1 + leb128Length(module, flagsAt + 1)
    }
    at = body + size
  }
  throw new Error('The PDF engine has no memory section.')
}

function leb128Length(bytes: Uint8Array, at: number): number {
  let length = 1
  while (bytes[at + length - 1]! & 0x80) length++
  return length
}

function readLeb128(bytes: Uint8Array, at: number): number {
  let value = 0
  for (let i = leb128Length(bytes, at) - 1; i >= 0; i--) value = value * 128 + (bytes[at + i]! & 0x7f)
  return value
}

/** Writes in exactly `width` bytes (padded LEB128 is valid), so that no other section moves. */
function writeLeb128(bytes: Uint8Array, at: number, width: number, value: number): void {
  if (value >= 2 ** (7 * width)) throw new Error('The memory cap is above what the PDF engine declares.')
  for (let i = 0; i < width; i++) {
    bytes[at + i] = (Math.floor(value / 2 ** (7 * i)) & 0x7f) | (i < width - 1 ? 0x80 : 0)
  }
}
