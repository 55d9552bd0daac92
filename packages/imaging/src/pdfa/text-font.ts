import type { PdfFile } from '../pdf-file/pdf-file.ts'
import { literal } from '../pdf-file/values.ts'
import { ADVANCE, ASCENT, BLANK_GLYPH, DESCENT, glyphlessFont } from './glyphless-font.ts'

const NAME = 'Glyphless'
/** CIDs are two bytes; 0 is "missing". */
const CODES_MAX = 0xffff
/** Entries that one block of a CMap may have (Adobe Technical Note 5014 §4.2). */
const BLOCK_ENTRIES_MAX = 100

/** A font for invisible text: each character gets a code when it is first used, and the file says what the code stands for. */
export class TextFont {
  readonly #codes = new Map<string, string>()

  /** Two bytes, as they stand in a literal string; the code of `?` for a character that comes when all codes are taken. */
  code(character: string): string {
    const known = this.#codes.get(character)
    if (known !== undefined) return known
    // The last code is kept for the question mark.
    if (this.#codes.size >= CODES_MAX - 1 && character !== '?') return this.code('?')
    const number = this.#codes.size + 1
    const code = literal(String.fromCharCode(number >> 8, number & 0xff))
    this.#codes.set(character, code)
    return code
  }

  /** @param number reserved before, so that pages could name the font */
  add(file: PdfFile, number: number): void {
    const font = glyphlessFont()
    const program = file.addStream(`/Length1 ${font.length}`, font)
    const descriptor = file.add(
      `<< /Type /FontDescriptor /FontName /${NAME} /Flags 5 /FontBBox [0 ${DESCENT} ${ADVANCE} ${ASCENT}] ` +
        `/ItalicAngle 0 /Ascent ${ASCENT} /Descent ${DESCENT} /CapHeight ${ASCENT} /StemV 80 /FontFile2 ${program} 0 R >>`,
    )
    const glyphs = file.addStream('', this.#glyphMap())
    const descendant = file.add(
      `<< /Type /Font /Subtype /CIDFontType2 /BaseFont /${NAME} /FontDescriptor ${descriptor} 0 R /DW ${ADVANCE} ` +
        '/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> ' +
        `/CIDToGIDMap ${glyphs} 0 R >>`,
    )
    const toUnicode = file.addDeflated('', Buffer.from(this.#unicodeMap()))
    file.add(
      `<< /Type /Font /Subtype /Type0 /BaseFont /${NAME} /Encoding /Identity-H ` +
        `/DescendantFonts [${descendant} 0 R] /ToUnicode ${toUnicode} 0 R >>`,
      number,
    )
  }

  /** Every code that is used has the one glyph that is not "missing". */
  #glyphMap(): Buffer {
    const map = Buffer.alloc(2 * (this.#codes.size + 1))
    for (let code = 1; code <= this.#codes.size; code++) map.writeUInt16BE(BLANK_GLYPH, 2 * code)
    return map
  }

  /** ISO 32000-1 §9.10.3. */
  #unicodeMap(): string {
    const entries = Array.from(
      this.#codes.keys(),
      (character, index) => `<${fourDigits(index + 1)}> <${utf16Digits(character)}>`,
    )
    const blocks: string[] = []
    for (let at = 0; at < entries.length; at += BLOCK_ENTRIES_MAX) {
      const block = entries.slice(at, at + BLOCK_ENTRIES_MAX)
      blocks.push(`${block.length} beginbfchar\n${block.join('\n')}\nendbfchar\n`)
    }
    return `/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
${blocks.join('')}endcmap
CMapName currentdict /CMap defineresource pop
end
end
`
  }
}

function utf16Digits(character: string): string {
  let digits = ''
  for (let at = 0; at < character.length; at++) digits += fourDigits(character.charCodeAt(at))
  return digits
}

function fourDigits(value: number): string {
  return value.toString(16).padStart(4, '0')
}
