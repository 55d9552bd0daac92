import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { readGlyphCoverage } from './glyph-coverage.ts'

/** DejaVu Sans (Bitstream Vera licence): Latin, Greek, Cyrillic, Armenian, Georgian and most symbols. */
export interface CoverFont {
  readonly regular: Uint8Array
  readonly bold: Uint8Array
  /** True when both weights have a glyph for the code point. */
  readonly hasGlyph: (codePoint: number) => boolean
}

let loaded: CoverFont | undefined

/** Read once: 1.4 MB that every cover sheet shares. */
export function coverFont(): CoverFont {
  loaded ??= load()
  return loaded
}

function load(): CoverFont {
  const regular = readFont('DejaVuSans.ttf')
  const bold = readFont('DejaVuSans-Bold.ttf')
  const inRegular = readGlyphCoverage(regular)
  const inBold = readGlyphCoverage(bold)
  return { regular, bold, hasGlyph: (codePoint) => inRegular.has(codePoint) && inBold.has(codePoint) }
}

function readFont(fileName: string): Uint8Array {
  return readFileSync(fileURLToPath(import.meta.resolve(`dejavu-fonts-ttf/ttf/${fileName}`)))
}
