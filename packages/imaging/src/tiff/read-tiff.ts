import type { Bitmap } from '@answerback/protocol/t4/bitmap'
import { DocumentRefusal } from '../intake/refusal.ts'
import { decodeStrips } from './decode-strips.ts'
import { type Directory, readDirectories } from './directory.ts'
import { type BilevelLayout, readBilevelLayout, readResolution, readSize } from './page-layout.ts'
import { SUBFILE_MASK, SUBFILE_REDUCED, TAG } from './tags.ts'

interface TiffPageFacts {
  readonly width: number
  readonly rows: number
  readonly xDpi: number
  readonly yDpi: number
  /** TIFF 6.0 §8: 1 is upright, 3 turned round, 6 and 8 lie on a side; pixels come as stored. */
  readonly orientation: number
  /** 0-based place of the page in the file's chain of directories, thumbnails counted. */
  readonly directoryIndex: number
}

/** A one-bit page that this reader decodes itself, when asked. */
export interface BilevelTiffPage extends TiffPageFacts {
  readonly form: 'bilevel'
  readonly photometric: BilevelLayout['photometric']
  readonly compression: BilevelLayout['compression']
  /** @throws {DocumentRefusal} corrupt or unsupported_type. */
  decode(): Bitmap
}

/** A page of grey or colour, or coded in a way no fax uses: for a general image library. */
export interface OtherTiffPage extends TiffPageFacts {
  readonly form: 'other'
}

export type TiffPage = BilevelTiffPage | OtherTiffPage

export interface TiffFile {
  readonly pages: readonly TiffPage[]
}

export interface TiffLimits {
  readonly pagesMax: number
}

const DEFAULT_LIMITS: TiffLimits = { pagesMax: 500 }
/** Thumbnails and masks beside the pages. */
const DIRECTORIES_PER_PAGE = 3

/**
 * Opens a TIFF: pages, sizes and where their strips lie are checked; nothing is decoded yet. Reduced-size
 * copies and transparency masks are no pages.
 *
 * @throws {DocumentRefusal} corrupt, too_large, too_many_pages.
 */
export function readTiff(bytes: Uint8Array, limits: TiffLimits = DEFAULT_LIMITS): TiffFile {
  const pages: TiffPage[] = []
  let stripBytes = 0
  readDirectories(bytes, limits.pagesMax * DIRECTORIES_PER_PAGE).forEach((directory, directoryIndex) => {
    if (((directory.value(TAG.NewSubfileType) ?? 0) & (SUBFILE_REDUCED | SUBFILE_MASK)) !== 0) return
    const number = pages.length + 1
    if (number > limits.pagesMax) {
      throw new DocumentRefusal('document.too_many_pages', `The TIFF has more than ${limits.pagesMax} pages.`)
    }
    const layout = readBilevelLayout(directory, bytes.length, number)
    pages.push(describePage(bytes, directory, layout, number, directoryIndex))
    for (const strip of layout?.strips ?? []) stripBytes += strip.length
    // Strips that overlap would let a small file cost the work of a large one.
    if (stripBytes > bytes.length) {
      throw new DocumentRefusal('document.corrupt', 'The data of the pages of the TIFF overlaps.', number)
    }
  })
  if (pages.length === 0) throw new DocumentRefusal('document.corrupt', 'The TIFF has no pages.')
  return { pages }
}

function describePage(
  bytes: Uint8Array,
  directory: Directory,
  layout: BilevelLayout | undefined,
  number: number,
  directoryIndex: number,
): TiffPage {
  const facts = {
    ...readSize(directory, number),
    ...readResolution(directory),
    orientation: directory.value(TAG.Orientation) ?? 1,
    directoryIndex,
  }
  if (layout === undefined) return { ...facts, form: 'other' }
  const { photometric, compression } = layout
  return {
    ...facts,
    form: 'bilevel',
    photometric,
    compression,
    decode: () => decodeStrips(bytes, layout, number),
  }
}
