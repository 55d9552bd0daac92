const MIB = 1024 * 1024

/** Bounds on what a sender may hand in. They hold before anything is parsed further. */
export interface IntakeLimits {
  /** Bytes of one document. */
  readonly documentBytesMax: number
  /** Bytes of all documents of one fax together. */
  readonly faxBytesMax: number
  /** Pages of one fax, cover sheet included. */
  readonly pagesMax: number
  /** Pixels of one image, and of one page of an image file. */
  readonly pixelsMax: number
}

export const DEFAULT_INTAKE_LIMITS: IntakeLimits = {
  documentBytesMax: 50 * MIB,
  faxBytesMax: 100 * MIB,
  pagesMax: 500,
  pixelsMax: 100_000_000,
}
