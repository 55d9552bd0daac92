import { DocumentRefusal } from '../intake/refusal.ts'
import type { Directory } from './directory.ts'
import {
  COMPRESSION,
  LSB_FIRST,
  MIN_IS_BLACK,
  MIN_IS_WHITE,
  MSB_FIRST,
  T4_TWO_DIMENSIONAL,
  TAG,
  UNIT_CENTIMETRE,
} from './tags.ts'

export type TiffCompression = 'none' | 'huffman' | 'MH' | 'MR' | 'MMR' | 'packBits'

/** Byte range of one strip in the file, and the rows it holds. */
export interface Strip {
  readonly offset: number
  readonly length: number
  readonly rows: number
}

/** Everything needed to decode one bilevel page. */
export interface BilevelLayout {
  readonly width: number
  readonly rows: number
  readonly compression: TiffCompression
  readonly photometric: 'min_is_white' | 'min_is_black'
  readonly isLsbFirst: boolean
  readonly strips: readonly Strip[]
  /** Rows the receiver that wrote the file says it could not read and did not repair. */
  readonly badRowsDeclared: number
}

/** Longer than any fax row (A3 at 400 dpi is 4864) and than any scanner's at 600 dpi. */
const WIDTH_MAX = 20_000
/** Thirteen metres at fine resolution. */
const ROWS_MAX = 100_000
/** A0 at 300 dpi is 140 Mpx; A3 at 600 dpi is 70. */
const PIXELS_MAX = 100_000_000

const SCHEMES: Readonly<Record<number, TiffCompression>> = {
  [COMPRESSION.none]: 'none',
  [COMPRESSION.huffman]: 'huffman',
  [COMPRESSION.g3]: 'MH',
  [COMPRESSION.g4]: 'MMR',
  [COMPRESSION.packBits]: 'packBits',
}

/** CleanFaxData: 2 says that unreadable rows were left as they are (RFC 2306 §2.2.4). */
const HAS_BAD_ROWS = 2

/** @throws {DocumentRefusal} corrupt without a size, too_large past the bounds. */
export function readSize(directory: Directory, page: number): { width: number; rows: number } {
  const width = directory.value(TAG.ImageWidth) ?? 0
  const rows = directory.value(TAG.ImageLength) ?? 0
  if (!(width >= 1) || !(rows >= 1))
    throw new DocumentRefusal('document.corrupt', `Page ${page} has no size.`, page)
  if (width > WIDTH_MAX || rows > ROWS_MAX || width * rows > PIXELS_MAX) {
    throw new DocumentRefusal(
      'document.too_large',
      `Page ${page} has more pixels than a page may have.`,
      page,
    )
  }
  return { width, rows }
}

/**
 * Dots per inch. Without a resolution (or with an absurd one) the page is taken for a fine fax, whose pixels
 * are nearly square.
 */
export function readResolution(directory: Directory): { xDpi: number; yDpi: number } {
  const scale = directory.value(TAG.ResolutionUnit) === UNIT_CENTIMETRE ? 2.54 : 1
  const xDpi = (directory.value(TAG.XResolution) ?? 0) * scale
  const yDpi = (directory.value(TAG.YResolution) ?? 0) * scale
  return isPlausible(xDpi) && isPlausible(yDpi) ? { xDpi, yDpi } : { xDpi: 204, yDpi: 196 }
}

function isPlausible(dpi: number): boolean {
  return dpi >= 10 && dpi <= 5000
}

/**
 * The layout of a one-bit page in strips, or undefined when the page is anything else: grey, colour, tiled,
 * or compressed in a way that is not a fax's.
 *
 * @throws {DocumentRefusal} corrupt when the strips do not lie in the file.
 */
export function readBilevelLayout(
  directory: Directory,
  fileBytes: number,
  page: number,
): BilevelLayout | undefined {
  const photometric = directory.value(TAG.PhotometricInterpretation) ?? MIN_IS_WHITE
  const scheme = SCHEMES[directory.value(TAG.Compression) ?? COMPRESSION.none]
  const isBilevel =
    (directory.value(TAG.BitsPerSample) ?? 1) === 1 &&
    (directory.value(TAG.SamplesPerPixel) ?? 1) === 1 &&
    (photometric === MIN_IS_WHITE || photometric === MIN_IS_BLACK)
  if (!isBilevel || scheme === undefined || directory.has(TAG.TileWidth)) return undefined
  const { width, rows } = readSize(directory, page)
  const isTwoDimensional = ((directory.value(TAG.T4Options) ?? 0) & T4_TWO_DIMENSIONAL) !== 0
  const hasBadRows = directory.value(TAG.CleanFaxData) === HAS_BAD_ROWS
  return {
    width,
    rows,
    compression: scheme === 'MH' && isTwoDimensional ? 'MR' : scheme,
    photometric: photometric === MIN_IS_WHITE ? 'min_is_white' : 'min_is_black',
    isLsbFirst: (directory.value(TAG.FillOrder) ?? MSB_FIRST) === LSB_FIRST,
    strips: readStrips(directory, rows, fileBytes, page),
    badRowsDeclared: hasBadRows ? (directory.value(TAG.BadFaxLines) ?? 0) : 0,
  }
}

function readStrips(directory: Directory, rows: number, fileBytes: number, page: number): Strip[] {
  const corrupt = new DocumentRefusal(
    'document.corrupt',
    `The data of page ${page} lies outside the file.`,
    page,
  )
  const rowsPerStrip = Math.min(directory.value(TAG.RowsPerStrip) ?? rows, rows)
  if (!(rowsPerStrip >= 1)) throw corrupt
  const count = Math.ceil(rows / rowsPerStrip)
  const strips: Strip[] = []
  for (let i = 0; i < count; i++) {
    const offset = directory.value(TAG.StripOffsets, i)
    if (offset === undefined) throw corrupt
    // A single strip without a length (old writers) reaches to the end of the file.
    const declared = directory.value(TAG.StripByteCounts, i)
    const length = declared === undefined && count === 1 ? fileBytes - offset : declared
    if (length === undefined || length < 1 || offset + length > fileBytes) throw corrupt
    strips.push({ offset, length, rows: Math.min(rowsPerStrip, rows - i * rowsPerStrip) })
  }
  return strips
}
