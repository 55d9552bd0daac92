/** Units of a glyph's square; 1000 is what the widths of a PDF count in. */
export const UNITS_PER_EM = 1000
/** Every glyph is as wide: words are stretched to their boxes. */
export const ADVANCE = 500
export const ASCENT = 800
export const DESCENT = -200
/** The one glyph that characters use. Glyph 0 means "missing" and may not be shown (ISO 19005-2 §6.2.11.8). */
export const BLANK_GLYPH = 1
const GLYPHS = 2
/** What the words of the whole file must sum to with `checkSumAdjustment` (OpenType, `head`). */
const CHECKSUM_MAGIC = 0xb1b0afba
const CHECKSUM_ADJUSTMENT_AT = 8

/**
 * A TrueType font of two glyphs without outlines, with the tables that a CIDFontType2 needs (ISO 32000-1 §9.9): it says how wide
 * invisible text is, and draws nothing even where a reader ignores that the text is invisible.
 */
export function glyphlessFont(): Uint8Array {
  const tables: readonly (readonly [tag: string, data: Buffer])[] = [
    // An outline of no bytes is an empty glyph; the table has some because readers take a table of none for a damaged file.
    ['glyf', Buffer.alloc(4)],
    ['head', head()],
    ['hhea', hhea()],
    ['hmtx', shorts(ADVANCE, 0, ADVANCE, 0)],
    ['loca', shorts(...Array<number>(GLYPHS + 1).fill(0))],
    ['maxp', Buffer.concat([shorts(1, 0, GLYPHS), Buffer.alloc(8), shorts(1), Buffer.alloc(16)])],
  ]
  const directory: Buffer[] = [shorts(1, 0, tables.length, 64, 2, tables.length * 16 - 64)]
  const data: Buffer[] = []
  let offset = 12 + tables.length * 16
  let headAt = 0
  for (const [tag, bytes] of tables) {
    if (tag === 'head') headAt = offset
    const padded = Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)])
    const entry = Buffer.alloc(16)
    entry.write(tag, 'latin1')
    entry.writeUInt32BE(checksum(padded), 4)
    entry.writeUInt32BE(offset, 8)
    entry.writeUInt32BE(bytes.length, 12)
    directory.push(entry)
    data.push(padded)
    offset += padded.length
  }
  const font = Buffer.concat([...directory, ...data])
  font.writeUInt32BE((CHECKSUM_MAGIC - checksum(font)) >>> 0, headAt + CHECKSUM_ADJUSTMENT_AT)
  return font
}

function head(): Buffer {
  const table = Buffer.alloc(54)
  table.writeUInt32BE(0x00010000, 0)
  table.writeUInt32BE(0x00010000, 4)
  table.writeUInt32BE(0x5f0f3cf5, 12)
  table.writeUInt16BE(UNITS_PER_EM, 18)
  // Created and modified stay zero: the same bytes every time. Then the box of all glyphs, which are empty.
  table.writeUInt16BE(8, 46)
  table.writeUInt16BE(2, 48)
  return table
}

function hhea(): Buffer {
  const metrics = shorts(1, 0, ASCENT, DESCENT, 0, ADVANCE)
  const numberOfMetrics = shorts(GLYPHS)
  return Buffer.concat([metrics, Buffer.alloc(22), numberOfMetrics])
}

function shorts(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(2 * values.length)
  for (const [index, value] of values.entries()) bytes.writeUInt16BE(value & 0xffff, 2 * index)
  return bytes
}

function checksum(bytes: Buffer): number {
  let sum = 0
  for (let at = 0; at < bytes.length; at += 4) sum = (sum + bytes.readUInt32BE(at)) >>> 0
  return sum
}
