import { DocumentRefusal } from '../intake/refusal.ts'

/** What the sender typed, and nothing else: the cover sheet adds no word about a patient by itself. */
export interface CoverFields {
  readonly subject?: string
  readonly fromName?: string
  readonly toName?: string
  readonly message?: string
  /** Fax numbers as they are to be read. */
  readonly from?: string
  readonly to?: string
  /** Already formatted for the sender's place and language. */
  readonly date?: string
  /** Drawn as a QR code too, by which a reply is known: 1 to 64 printable ASCII characters. */
  readonly returnCode?: string
}

const LINE_CHARACTERS_MAX = 200
const MESSAGE_CHARACTERS_MAX = 8000
/** No space at either end: it would be lost when somebody types the code from the sheet. */
const RETURN_CODE = /^[!-~](?:[ -~]{0,62}[!-~])?$/

/** Names as the API spells them, for the refusal's sentence. */
const API_NAMES: Readonly<Record<keyof CoverFields, string>> = {
  subject: 'subject',
  fromName: 'from_name',
  toName: 'to_name',
  message: 'message',
  from: 'from',
  to: 'to',
  date: 'date',
  returnCode: 'return_code',
}

/**
 * The fields as they will be drawn: control characters gone, bounded, every letter one the font has.
 *
 * Throws `DocumentRefusal` `cover.invalid` naming the field. A symbol that the font lacks becomes a visible box; a
 * letter that it lacks is refused, because a name with a letter missing is another name.
 */
export function drawableFields(fields: CoverFields, hasGlyph: (codePoint: number) => boolean): CoverFields {
  const drawable: { -readonly [Key in keyof CoverFields]: CoverFields[Key] } = {}
  for (const key of Object.keys(API_NAMES) as (keyof CoverFields)[]) {
    const text = fields[key]
    if (text === undefined) continue
    if (key === 'returnCode') {
      drawable.returnCode = drawableCode(text)
      continue
    }
    const isMessage = key === 'message'
    const charactersMax = isMessage ? MESSAGE_CHARACTERS_MAX : LINE_CHARACTERS_MAX
    const clean = drawableText(text, { name: API_NAMES[key], charactersMax, keepLines: isMessage, hasGlyph })
    if (clean !== '') drawable[key] = clean
  }
  return drawable
}

/** A code is drawn as it is or not at all: cleaned, it would be another. */
function drawableCode(text: string): string {
  if (RETURN_CODE.test(text)) return text
  throw invalidCover("The cover sheet's return_code is not 1 to 64 printable ASCII characters.")
}

export interface TextRules {
  /** For the refusal's sentence. */
  readonly name: string
  readonly charactersMax: number
  /** Whether line breaks are the writer's (a message) or an accident (a name). */
  readonly keepLines: boolean
  readonly hasGlyph: (codePoint: number) => boolean
}

/** Controls, bidirectional overrides, zero-width characters, private use and lone surrogates: nothing to draw. */
const UNDRAWN = /(?![\n\t])[\p{Cc}\p{Cf}\p{Co}\p{Cs}]|\p{Variation_Selector}/gu
/** Written right to left, which the layout does not do: drawn left to right they would read wrong. */
const RIGHT_TO_LEFT =
  /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}]/u
const PART_OF_A_WORD = /[\p{L}\p{M}\p{N}]/u
const MISSING_SYMBOL = '\u25a1'

/** One cleaned text. Throws `DocumentRefusal` `cover.invalid`. */
export function drawableText(text: string, rules: TextRules): string {
  if (text.length > rules.charactersMax) {
    throw invalidCover(`The cover sheet's ${rules.name} is longer than ${rules.charactersMax} characters.`)
  }
  const lines = text
    .replace(/\r\n?|[\u2028\u2029]/g, '\n')
    .normalize('NFC')
    .replace(UNDRAWN, '')
  const clean = rules.keepLines ? lines.replace(/\t/g, '    ') : lines.replace(/\s+/g, ' ')
  let drawn = ''
  for (const character of clean.trim()) drawn += drawableCharacter(character, rules)
  return drawn
}

function drawableCharacter(character: string, { name, hasGlyph }: TextRules): string {
  if (character === '\n') return character
  if (RIGHT_TO_LEFT.test(character)) {
    throw invalidCover(`The cover sheet's ${name} has right-to-left writing: put it in the document instead.`)
  }
  if (hasGlyph(character.codePointAt(0)!)) return character
  if (PART_OF_A_WORD.test(character)) {
    throw invalidCover(
      `The cover sheet's ${name} has letters its font lacks: put them in the document instead.`,
    )
  }
  return MISSING_SYMBOL
}

/** @returns the refusal `cover.invalid`, to be thrown */
export function invalidCover(message: string): DocumentRefusal {
  return new DocumentRefusal('cover.invalid', message)
}
