/** TIFF 6.0 tags (sections 8 and 11, class F of RFC 2306) by the names the specification gives them. */
export const TAG = {
  NewSubfileType: 254,
  ImageWidth: 256,
  ImageLength: 257,
  BitsPerSample: 258,
  Compression: 259,
  PhotometricInterpretation: 262,
  FillOrder: 266,
  StripOffsets: 273,
  Orientation: 274,
  SamplesPerPixel: 277,
  RowsPerStrip: 278,
  StripByteCounts: 279,
  XResolution: 282,
  YResolution: 283,
  T4Options: 292,
  T6Options: 293,
  ResolutionUnit: 296,
  PageNumber: 297,
  TileWidth: 322,
  BadFaxLines: 326,
  CleanFaxData: 327,
} as const

export const COMPRESSION = { none: 1, huffman: 2, g3: 3, g4: 4, packBits: 32773 } as const

/** PhotometricInterpretation: what a 0 bit means. Class F is min-is-white, a 1 being black. */
export const MIN_IS_WHITE = 0
export const MIN_IS_BLACK = 1

/** FillOrder: which bit of a byte is the leftmost pixel, or the first of a code. */
export const MSB_FIRST = 1
export const LSB_FIRST = 2

/** ResolutionUnit. */
export const UNIT_INCH = 2
export const UNIT_CENTIMETRE = 3

/** T4Options bits. */
export const T4_TWO_DIMENSIONAL = 1
export const T4_EOL_ALIGNED = 4

/** NewSubfileType bits. */
export const SUBFILE_REDUCED = 1
export const SUBFILE_PAGE = 2
export const SUBFILE_MASK = 4

/** Field types, with the bytes one value takes. */
export const TYPE_BYTE = 1
export const TYPE_SHORT = 3
export const TYPE_LONG = 4
export const TYPE_RATIONAL = 5
export const TYPE_SIZES: Readonly<Record<number, number>> = {
  [TYPE_BYTE]: 1,
  [TYPE_SHORT]: 2,
  [TYPE_LONG]: 4,
  [TYPE_RATIONAL]: 8,
}
