import { DocumentRefusal } from '../intake/refusal.ts'
import { TYPE_BYTE, TYPE_RATIONAL, TYPE_SHORT, TYPE_SIZES } from './tags.ts'

const ENTRY_BYTES = 12
const HEADER_BYTES = 8
/** Files in the field have about twenty; a bound keeps a hostile chain of directories cheap. */
const ENTRIES_MAX = 512

interface Entry {
  readonly type: number
  readonly count: number
  /** Where the values stand in the file. */
  readonly offset: number
}

/** One image file directory (TIFF 6.0 §2). Values are read on demand, bounds checked. */
export class Directory {
  readonly #view: DataView
  readonly #isLittleEndian: boolean
  readonly #entries = new Map<number, Entry>()

  constructor(view: DataView, isLittleEndian: boolean) {
    this.#view = view
    this.#isLittleEndian = isLittleEndian
  }

  /** The first entry of a tag counts, as in libtiff. Entries of unknown types are passed over. */
  addEntry(at: number): void {
    const view = this.#view
    const isLittle = this.#isLittleEndian
    const tag = view.getUint16(at, isLittle)
    const type = view.getUint16(at + 2, isLittle)
    const count = view.getUint32(at + 4, isLittle)
    const size = TYPE_SIZES[type]
    if (size === undefined || this.#entries.has(tag)) return
    const isInline = size * count <= 4
    this.#entries.set(tag, { type, count, offset: isInline ? at + 8 : view.getUint32(at + 8, isLittle) })
  }

  has(tag: number): boolean {
    return this.#entries.has(tag)
  }

  count(tag: number): number {
    return this.#entries.get(tag)?.count ?? 0
  }

  /** The value at `index`, or undefined where the tag or that value is missing or lies outside the file. */
  value(tag: number, index = 0): number | undefined {
    const entry = this.#entries.get(tag)
    if (entry === undefined || index >= entry.count) return undefined
    const size = TYPE_SIZES[entry.type]!
    const at = entry.offset + index * size
    if (at + size > this.#view.byteLength) return undefined
    const isLittle = this.#isLittleEndian
    if (entry.type === TYPE_BYTE) return this.#view.getUint8(at)
    if (entry.type === TYPE_SHORT) return this.#view.getUint16(at, isLittle)
    const first = this.#view.getUint32(at, isLittle)
    if (entry.type !== TYPE_RATIONAL) return first
    return first / this.#view.getUint32(at + 4, isLittle)
  }
}

/**
 * Follows the chain of directories from the header.
 *
 * @throws {DocumentRefusal} corrupt on a bad header, a chain that leaves the file or turns back on itself;
 * too_many_pages when it has more than `directoriesMax` links.
 */
export function readDirectories(bytes: Uint8Array, directoriesMax: number): Directory[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const isLittle = bytes[0] === 0x49
  const mark = isLittle ? 0x49 : 0x4d
  if (
    bytes.length < HEADER_BYTES ||
    bytes[0] !== mark ||
    bytes[1] !== mark ||
    view.getUint16(2, isLittle) !== 42
  ) {
    throw new DocumentRefusal('document.corrupt', 'The TIFF has no valid header.')
  }
  const directories: Directory[] = []
  const seen = new Set<number>()
  let offset = view.getUint32(4, isLittle)
  while (offset !== 0) {
    if (seen.has(offset))
      throw new DocumentRefusal('document.corrupt', 'The page list of the TIFF runs in a circle.')
    seen.add(offset)
    if (directories.length >= directoriesMax) {
      throw new DocumentRefusal('document.too_many_pages', `The TIFF has more than ${directoriesMax} pages.`)
    }
    const entryCount = offset + 2 <= view.byteLength ? view.getUint16(offset, isLittle) : 0
    const linkAt = offset + 2 + entryCount * ENTRY_BYTES
    if (entryCount === 0 || entryCount > ENTRIES_MAX || linkAt + 4 > view.byteLength) {
      throw new DocumentRefusal('document.corrupt', 'The page list of the TIFF cannot be read.')
    }
    const directory = new Directory(view, isLittle)
    for (let i = 0; i < entryCount; i++) directory.addEntry(offset + 2 + i * ENTRY_BYTES)
    directories.push(directory)
    offset = view.getUint32(linkAt, isLittle)
  }
  return directories
}
