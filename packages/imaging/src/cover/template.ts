import { decodeBase64 } from '../intake/base64.ts'
import { startsWith } from '../intake/magic.ts'
import { drawableText, invalidCover } from './fields.ts'
import { coverFont } from './font.ts'

const COVER_ROWS = ['to', 'from', 'date', 'pages', 'subject'] as const
/** A labelled row of the cover sheet. */
export type CoverRow = (typeof COVER_ROWS)[number]

const COVER_ACCENTS = ['rule', 'band', 'plain'] as const
/** How the title is set off: a thick rule, white on a black band (slower on the line), or not at all. */
export type CoverAccent = (typeof COVER_ACCENTS)[number]

/** An account's own cover sheet, as data. */
export interface CoverTemplate {
  readonly title: string
  readonly organisation?: string
  readonly addressLines: readonly string[]
  /** A PNG. */
  readonly logo?: Uint8Array
  readonly confidentiality?: string
  /** Rows that are shown, in this order, when they have something to show. */
  readonly rows: readonly CoverRow[]
  readonly accent: CoverAccent
}

export const DEFAULT_COVER_TEMPLATE: CoverTemplate = {
  title: 'Fax',
  addressLines: [],
  confidentiality:
    'This fax is meant only for the person or organisation named above and may hold confidential health information ' +
    'that the law protects. If you received it by mistake, please tell the sender at once and destroy every page. ' +
    'Reading, copying or passing it on is not permitted.',
  rows: COVER_ROWS,
  accent: 'rule',
}

/** With these, letterhead, title and confidentiality text leave at least half of the first page. */
const TITLE_CHARACTERS_MAX = 60
const LINE_CHARACTERS_MAX = 80
const ADDRESS_LINES_MAX = 6
const CONFIDENTIALITY_CHARACTERS_MAX = 1200
const LOGO_BYTES_MAX = 256 * 1024
export const LOGO_SIDE_PIXELS_MAX = 2000
const PNG_MAGIC = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]

const KEYS = ['title', 'organisation', 'addressLines', 'logo', 'confidentiality', 'rows', 'accent']

/**
 * Parses a template from JSON: `{ title?, organisation?, addressLines?, logo? (PNG as base64), confidentiality?,
 * rows?, accent? }`. What is left out is as in `DEFAULT_COVER_TEMPLATE`; an empty confidentiality text means none.
 *
 * Throws `DocumentRefusal` `cover.invalid` naming the field.
 */
export function parseCoverTemplate(value: unknown): CoverTemplate {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalidCover('A cover template is a JSON object.')
  }
  const unknownKey = Object.keys(value).some((key) => !KEYS.includes(key))
  if (unknownKey) throw invalidCover(`A cover template has no other fields than ${KEYS.join(', ')}.`)
  const fields = value as Readonly<Record<string, unknown>>
  return {
    title: parseText(fields.title, 'title', TITLE_CHARACTERS_MAX) ?? DEFAULT_COVER_TEMPLATE.title,
    organisation: parseText(fields.organisation, 'organisation', LINE_CHARACTERS_MAX),
    addressLines: parseAddress(fields.addressLines),
    logo: parseLogo(fields.logo),
    confidentiality:
      fields.confidentiality === undefined
        ? DEFAULT_COVER_TEMPLATE.confidentiality
        : parseText(fields.confidentiality, 'confidentiality', CONFIDENTIALITY_CHARACTERS_MAX),
    rows: parseRows(fields.rows),
    accent: parseAccent(fields.accent),
  }
}

function parseText(value: unknown, name: string, charactersMax: number): string | undefined {
  if (value === undefined) return undefined
  if (typeof value !== 'string') throw invalidCover(`The cover template's ${name} is not text.`)
  const { hasGlyph } = coverFont()
  const keepLines = name === 'confidentiality'
  return drawableText(value, { name: `template ${name}`, charactersMax, keepLines, hasGlyph }) || undefined
}

function parseAddress(value: unknown): readonly string[] {
  if (value === undefined) return []
  if (!Array.isArray(value) || value.length > ADDRESS_LINES_MAX) {
    throw invalidCover(
      `The cover template's addressLines is not a list of at most ${ADDRESS_LINES_MAX} lines.`,
    )
  }
  return value
    .map((line) => parseText(line, 'addressLines', LINE_CHARACTERS_MAX))
    .filter((line) => line !== undefined)
}

function parseLogo(value: unknown): Uint8Array | undefined {
  if (value === undefined) return undefined
  if (typeof value !== 'string') throw invalidCover("The cover template's logo is not base64 text.")
  const png = decodeLogo(value)
  // IHDR is the first chunk, so width and height stand at bytes 16 and 20 (PNG §11.2.1).
  if (png.length < 24 || !startsWith(png, PNG_MAGIC))
    throw invalidCover("The cover template's logo is not a PNG.")
  const header = new DataView(png.buffer, png.byteOffset, png.byteLength)
  if (Math.max(header.getUint32(16), header.getUint32(20)) > LOGO_SIDE_PIXELS_MAX) {
    throw invalidCover(`The cover template's logo is more than ${LOGO_SIDE_PIXELS_MAX} pixels wide or high.`)
  }
  return png
}

function decodeLogo(text: string): Uint8Array {
  try {
    return decodeBase64(text, LOGO_BYTES_MAX)
  } catch {
    throw invalidCover(`The cover template's logo is not base64 of at most ${LOGO_BYTES_MAX} bytes.`)
  }
}

function parseRows(value: unknown): readonly CoverRow[] {
  if (value === undefined) return COVER_ROWS
  const isRow = (row: unknown): row is CoverRow => (COVER_ROWS as readonly unknown[]).includes(row)
  if (!Array.isArray(value) || !value.every(isRow) || new Set(value).size !== value.length) {
    throw invalidCover(
      `The cover template's rows is not a list of ${COVER_ROWS.join(', ')}, each at most once.`,
    )
  }
  return value
}

function parseAccent(value: unknown): CoverAccent {
  if (value === undefined) return DEFAULT_COVER_TEMPLATE.accent
  const accent = COVER_ACCENTS.find((known) => known === value)
  if (!accent) throw invalidCover(`The cover template's accent is none of ${COVER_ACCENTS.join(', ')}.`)
  return accent
}
