import { damaged } from './backup-error.ts'

/**
 * What stands in a backup under its encryption: frames of a kind (1 byte), a length (4 bytes, big-endian) and that many bytes.
 * `head` begins a part and `end` closes it, both JSON; `data` is what lies in it; `manifest`, JSON, is the last frame of all.
 */
export type FrameKind = 'head' | 'data' | 'end' | 'manifest'

export interface Frame {
  readonly kind: FrameKind
  readonly bytes: Buffer
}

const CODES: Readonly<Record<FrameKind, number>> = { head: 0x48, data: 0x44, end: 0x45, manifest: 0x4d }
const KINDS = new Map(Object.entries(CODES).map(([kind, code]) => [code, kind as FrameKind]))
const PREFIX_BYTES = 5
/** Bounds what a reader keeps; writers stay far below it. */
export const FRAME_BYTES_MAX = 4 * 1_048_576

/** A frame in the bytes it has in the file. */
export function frame(kind: FrameKind, bytes: Uint8Array): Buffer {
  if (bytes.length > FRAME_BYTES_MAX) throw new RangeError('A frame is too large.')
  const prefix = Buffer.alloc(PREFIX_BYTES)
  prefix.writeUInt8(CODES[kind])
  prefix.writeUInt32BE(bytes.length, 1)
  return Buffer.concat([prefix, bytes])
}

export function jsonFrame(kind: FrameKind, value: unknown): Buffer {
  return frame(kind, Buffer.from(JSON.stringify(value)))
}

/** @throws BackupError `damaged` for an unknown kind, a length past the bound, or an end within a frame */
export async function* readFrames(source: AsyncIterable<Uint8Array>): AsyncGenerator<Frame> {
  let held = Buffer.alloc(0)
  for await (const chunk of source) {
    held = held.length === 0 ? Buffer.from(chunk) : Buffer.concat([held, chunk])
    let at = 0
    for (;;) {
      const size = sizeOfFrame(held, at)
      if (size === undefined || held.length - at < size) break
      yield { kind: KINDS.get(held[at]!)!, bytes: held.subarray(at + PREFIX_BYTES, at + size) }
      at += size
    }
    held = held.subarray(at)
  }
  if (held.length > 0) throw damaged('it ends within a part')
}

/** @returns `undefined` while its prefix is not whole */
function sizeOfFrame(bytes: Buffer, at: number): number | undefined {
  if (bytes.length - at < PREFIX_BYTES) return undefined
  if (!KINDS.has(bytes[at]!)) throw damaged('a part of no known kind stands in it')
  const length = bytes.readUInt32BE(at + 1)
  if (length > FRAME_BYTES_MAX) throw damaged('a part is longer than any may be')
  return PREFIX_BYTES + length
}
