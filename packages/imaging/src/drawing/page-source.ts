import type { Bitmap } from '@answerback/protocol/t4/bitmap'
import type { PageKind } from '../page.ts'

/** What a raster must fill, in device pixels. The source scales the page to fit inside; it never crops. */
export interface RasterTarget {
  readonly width: number
  readonly rowsMax: number
  readonly xDpi: number
  readonly yDpi: number
}

/** A box in raster pixels, right and bottom exclusive. */
export interface Box {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** Light ink a global threshold would lose: a table rule or a line of text drawn in pale grey. */
export interface FaintInk extends Box {
  /** Grey of the ink itself, 0..255. */
  readonly grey: number
}

/** One page as 8-bit grey (0 black, 255 white), `stride` bytes a row, already `target.width` wide. */
export interface GreyPage {
  readonly form: 'grey'
  readonly width: number
  readonly rows: number
  readonly stride: number
  /** May be a view on the renderer's own memory: read it before asking the source for anything else. */
  readonly pixels: Uint8Array
  /** What the page is made of, which decides how it is turned to one bit. */
  readonly kind: PageKind
  /** Photographs inside a page of text: only these are halftoned. */
  readonly photoBoxes: readonly Box[]
  /** Every picture on the page, photograph or not, where the source knows. */
  readonly pictures?: readonly Box[]
  /** Where the source knows of pale ink. */
  readonly faintInk?: readonly FaintInk[]
  /** Black where a pixel is darker than `level`, into a bitmap of the page's size: the source's own, where it has one. */
  readonly threshold?: (level: number, bitmap: Bitmap) => void
}

/** One page that was bilevel already (a fax being forwarded); it is coded as it is. */
export interface BilevelPage {
  readonly form: 'bilevel'
  readonly bitmap: Bitmap
}

/** The size a page is meant to be printed at, in points (1/72 inch), after its own rotation. */
export interface PageSizePt {
  readonly widthPt: number
  readonly heightPt: number
}

/** An opened document. All methods throw `DocumentRefusal` on a bad document. Page numbers start at 1. */
export interface PageSource {
  readonly pageCount: number
  /** The page's printed size, where the format states one. */
  sizePt?(page: number): PageSizePt
  render(page: number, target: RasterTarget): Promise<GreyPage | BilevelPage>
  close(): void
}
