import { type PageCoding, transcode } from '@answerback/protocol/t4/transcode'
import { type CodedPage, LINES_PER_INCH, PELS_PER_INCH } from '../page.ts'
import {
  COMPRESSION,
  MIN_IS_WHITE,
  MSB_FIRST,
  SUBFILE_PAGE,
  T4_EOL_ALIGNED,
  T4_TWO_DIMENSIONAL,
  TAG,
  TYPE_LONG,
  TYPE_RATIONAL,
  TYPE_SHORT,
  UNIT_INCH,
} from './tags.ts'

/** MMR is the smallest; MH and MR are for readers that know nothing else. */
export type TiffCoding = 'MH' | 'MR' | 'MMR'

interface Field {
  readonly tag: number
  readonly type: number
  /** One number a value; a RATIONAL is its numerator over 1. A PageNumber has two. */
  readonly values: readonly number[]
}

const HEADER_BYTES = 8
const ENTRY_BYTES = 12
/** K at fine resolution; TIFF sets no limit, and a reader follows the tag bits. */
const MR_K = 4

/**
 * A TIFF-F file (RFC 2306 §2): one strip a page, little-endian, most significant bit first, so that MMR goes
 * in as it is. Pages are numbered in the order given.
 */
export function writeTiff(pages: readonly CodedPage[], coding: TiffCoding = 'MMR'): Uint8Array {
  const strips = pages.map((page) => codeStrip(page, coding))
  const size = strips.reduce((sum, strip) => sum + wordAligned(strip.length), HEADER_BYTES)
  const fieldSets = pages.map((page, index) => pageFields(page, coding, index, pages.length))
  const file = new Uint8Array(
    size + fieldSets.reduce((sum, fields) => sum + directoryBytes(fields.length + 2), 0),
  )
  const view = new DataView(file.buffer)
  file.set([0x49, 0x49, 42, 0])
  let linkAt = 4
  let offset = HEADER_BYTES
  strips.forEach((strip, index) => {
    file.set(strip, offset)
    const stripFields: Field[] = [
      { tag: TAG.StripOffsets, type: TYPE_LONG, values: [offset] },
      { tag: TAG.StripByteCounts, type: TYPE_LONG, values: [strip.length] },
    ]
    offset += wordAligned(strip.length)
    view.setUint32(linkAt, offset, true)
    const fields = [...fieldSets[index]!, ...stripFields].sort((a, b) => a.tag - b.tag)
    linkAt = writeDirectory(view, offset, fields)
    offset += directoryBytes(fields.length)
  })
  return file
}

function codeStrip(page: CodedPage, coding: TiffCoding): Uint8Array {
  if (coding === 'MMR') return page.t6
  // RFC 2306 §2.2.3: no RTC in a file; EOLs end on a byte, as most G3 files in the field have it.
  const scheme: PageCoding =
    coding === 'MR'
      ? { scheme: 'MR', k: MR_K, alignsEol: true, hasRtc: false }
      : { scheme: 'MH', alignsEol: true, hasRtc: false }
  return transcode(page.t6, 'MMR', scheme, { width: page.width, rowsMax: page.rows })
}

function pageFields(page: CodedPage, coding: TiffCoding, index: number, pageCount: number): Field[] {
  const t4Options = T4_EOL_ALIGNED | (coding === 'MR' ? T4_TWO_DIMENSIONAL : 0)
  return [
    { tag: TAG.NewSubfileType, type: TYPE_LONG, values: [SUBFILE_PAGE] },
    { tag: TAG.ImageWidth, type: TYPE_LONG, values: [page.width] },
    { tag: TAG.ImageLength, type: TYPE_LONG, values: [page.rows] },
    { tag: TAG.BitsPerSample, type: TYPE_SHORT, values: [1] },
    { tag: TAG.Compression, type: TYPE_SHORT, values: [coding === 'MMR' ? COMPRESSION.g4 : COMPRESSION.g3] },
    { tag: TAG.PhotometricInterpretation, type: TYPE_SHORT, values: [MIN_IS_WHITE] },
    { tag: TAG.FillOrder, type: TYPE_SHORT, values: [MSB_FIRST] },
    { tag: TAG.SamplesPerPixel, type: TYPE_SHORT, values: [1] },
    { tag: TAG.RowsPerStrip, type: TYPE_LONG, values: [page.rows] },
    { tag: TAG.XResolution, type: TYPE_RATIONAL, values: [PELS_PER_INCH] },
    { tag: TAG.YResolution, type: TYPE_RATIONAL, values: [LINES_PER_INCH[page.resolution]] },
    coding === 'MMR'
      ? { tag: TAG.T6Options, type: TYPE_LONG, values: [0] }
      : { tag: TAG.T4Options, type: TYPE_LONG, values: [t4Options] },
    { tag: TAG.ResolutionUnit, type: TYPE_SHORT, values: [UNIT_INCH] },
    { tag: TAG.PageNumber, type: TYPE_SHORT, values: [index, pageCount] },
  ]
}

/** Entry count, entries, link to the next directory, and the two resolutions, which do not fit an entry. */
function directoryBytes(fieldCount: number): number {
  return wordAligned(2 + fieldCount * ENTRY_BYTES + 4) + 16
}

/** Returns where the link to the next directory stands; 0 there ends the chain. */
function writeDirectory(view: DataView, offset: number, fields: readonly Field[]): number {
  const linkAt = offset + 2 + fields.length * ENTRY_BYTES
  let valueAt = wordAligned(linkAt + 4)
  view.setUint16(offset, fields.length, true)
  fields.forEach((field, index) => {
    const entry = offset + 2 + index * ENTRY_BYTES
    view.setUint16(entry, field.tag, true)
    view.setUint16(entry + 2, field.type, true)
    view.setUint32(entry + 4, field.values.length, true)
    if (field.type === TYPE_RATIONAL) {
      view.setUint32(entry + 8, valueAt, true)
      view.setUint32(valueAt, field.values[0]!, true)
      view.setUint32(valueAt + 4, 1, true)
      valueAt += 8
    } else if (field.type === TYPE_SHORT) {
      field.values.forEach((value, n) => {
        view.setUint16(entry + 8 + n * 2, value, true)
      })
    } else {
      view.setUint32(entry + 8, field.values[0]!, true)
    }
  })
  return linkAt
}

/** TIFF 6.0 §2: offsets of directories and values are even. */
function wordAligned(bytes: number): number {
  return bytes + (bytes & 1)
}
