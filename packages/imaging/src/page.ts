/** Vertical resolutions of T.30 table 2 (horizontal is 8 pels/mm = 204 dpi in all three). */
export type Resolution = 'standard' | 'fine' | 'superfine'

/** Lines per inch as written to TIFF-F (RFC 2306 §2.2.1): 3.85, 7.7 and 15.4 lines/mm. */
export const LINES_PER_INCH: Readonly<Record<Resolution, number>> = {
  standard: 98,
  fine: 196,
  superfine: 391,
}
/** Across the line, as written to TIFF-F (RFC 2306 §2.2.1): 8 pels/mm. */
export const PELS_PER_INCH = 204
/** Of PDF, and of every size on paper here (ISO 32000-1 §8.3.2.3). */
export const POINTS_PER_INCH = 72
/** Every G3 machine can print a 1728-pel line (T.4 §2.2: 215 mm). */
export const PAGE_WIDTH_PELS = 1728

/** Paper that a fax is laid out for. */
export type PaperSize = 'letter' | 'a4' | 'legal'

/** How a page was turned to one bit; see `bilevel/`. */
export type PageKind = 'vector' | 'scan' | 'photo' | 'bilevel'

/** A page ready for the line, coded once and sent on every attempt. */
export interface CodedPage {
  readonly width: number
  readonly rows: number
  readonly resolution: Resolution
  readonly kind: PageKind
  /** T.6 rows, most significant bit first, closed by EOFB and zero-padded to a byte. */
  readonly t6: Uint8Array
}

/** Seconds the page keeps a 14,400 bit/s line busy, coding only (no handshake, no ECM framing). */
export function estimatedLineSeconds(page: Pick<CodedPage, 't6'>): number {
  return (page.t6.length * 8) / 14_400
}
