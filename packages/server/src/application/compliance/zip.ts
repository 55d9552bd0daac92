import { crc32 } from 'node:zlib'

export interface ZipEntry {
  /** ASCII, with `/` between folders. */
  readonly name: string
  readonly bytes: Uint8Array
}

const LOCAL = 0x04034b50
const CENTRAL = 0x02014b50
const END = 0x06054b50
/** What a reader must know: version 2.0 (APPNOTE 4.4.3.2). */
const NEEDS = 20

/**
 * A zip file of stored entries (PKWARE APPNOTE 6.3): texts of a few hundred kilobytes, which anything opens. Without compression the same
 * content is the same file.
 * @param at UTC; zip files know no time zone and no second but every other
 */
export function writeZip(entries: readonly ZipEntry[], at: Date): Buffer {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const { name, bytes } of entries) {
    const shared = sharedFields(name, bytes, at)
    const path = Buffer.from(name, 'ascii')
    const local = Buffer.concat([uint32(LOCAL), shared, path])
    // Made by version 2.0 on MS-DOS; then comment, disk and attributes, all none.
    directory.push(
      Buffer.concat([uint32(CENTRAL), uint16(NEEDS), shared, Buffer.alloc(10), uint32(offset), path]),
    )
    parts.push(local, Buffer.from(bytes))
    offset += local.length + bytes.length
  }
  const central = Buffer.concat(directory)
  const count = uint16(entries.length)
  const end = [uint32(END), Buffer.alloc(4), count, count, uint32(central.length), uint32(offset), uint16(0)]
  return Buffer.concat([...parts, central, ...end])
}

/** What a local header and one of the central directory have in common (4.3.7). */
function sharedFields(name: string, bytes: Uint8Array, at: Date): Buffer {
  const size = uint32(bytes.length)
  return Buffer.concat([
    uint16(NEEDS),
    // Neither flags nor compression.
    Buffer.alloc(4),
    dosTime(at),
    uint32(crc32(bytes)),
    size,
    size,
    uint16(name.length),
    uint16(0),
  ])
}

function dosTime(at: Date): Buffer {
  const time = (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1)
  const date = ((at.getUTCFullYear() - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate()
  return Buffer.concat([uint16(time), uint16(date)])
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16LE(value)
  return bytes
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}
