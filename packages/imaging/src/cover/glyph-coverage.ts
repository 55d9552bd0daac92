/** Platform 3 (Windows), encoding 10: the full Unicode repertoire (OpenType `cmap`). */
const PLATFORM_WINDOWS = 3
const ENCODING_UNICODE_FULL = 10
const SEGMENTED_COVERAGE = 12

/**
 * The code points a TrueType font has glyphs for, from its format 12 `cmap` subtable.
 *
 * For fonts we ship, not for fonts from outside. Throws when the font has no such subtable.
 */
export function readGlyphCoverage(font: Uint8Array): ReadonlySet<number> {
  const view = new DataView(font.buffer, font.byteOffset, font.byteLength)
  const subtable = unicodeSubtable(view, tableOffset(view, 'cmap'))
  const covered = new Set<number>()
  // uint16 format, uint16 reserved, uint32 length, uint32 language, uint32 numGroups, then the groups.
  const groups = view.getUint32(subtable + 12)
  for (let group = 0; group < groups; group++) {
    const at = subtable + 16 + group * 12
    const last = view.getUint32(at + 4)
    for (let codePoint = view.getUint32(at); codePoint <= last; codePoint++) covered.add(codePoint)
  }
  return covered
}

function tableOffset(view: DataView, tag: string): number {
  const tables = view.getUint16(4)
  for (let table = 0; table < tables; table++) {
    const at = 12 + table * 16
    const name = String.fromCharCode(...[0, 1, 2, 3].map((index) => view.getUint8(at + index)))
    if (name === tag) return view.getUint32(at + 8)
  }
  throw new Error(`The font has no ${tag} table.`)
}

function unicodeSubtable(view: DataView, cmap: number): number {
  const records = view.getUint16(cmap + 2)
  for (let record = 0; record < records; record++) {
    const at = cmap + 4 + record * 8
    if (view.getUint16(at) !== PLATFORM_WINDOWS || view.getUint16(at + 2) !== ENCODING_UNICODE_FULL) continue
    const subtable = cmap + view.getUint32(at + 4)
    if (view.getUint16(subtable) === SEGMENTED_COVERAGE) return subtable
  }
  throw new Error('The font has no full Unicode character map.')
}
