import sharp, { type Sharp } from 'sharp'
import { DocumentRefusal } from '../intake/refusal.ts'

/**
 * The only door to native image decoders, and only three of them are open: bytes come from strangers, and every
 * loader is attack surface. Nothing of a document stays in a cache once it is drawn.
 */
sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({
  operation: ['VipsForeignLoadJpegBuffer', 'VipsForeignLoadPngBuffer', 'VipsForeignLoadTiffBuffer'],
})
sharp.cache(false)
// The pool runs one worker a core; more threads inside each would only fight over the same cores.
sharp.concurrency(1)

/** Interlaced PNG and progressive JPEG are held whole while they are decoded, at several bytes a pixel. */
const WHOLE_IN_MEMORY_PIXELS_MAX = 40_000_000
const DECODE_SECONDS_MAX = 4

export interface ImageHeader {
  readonly width: number
  readonly height: number
  /** Images in the file (TIFF); 1 for the others. */
  readonly pageCount: number
  /** EXIF orientation, 1 to 8 (CIPA DC-008 §4.6.4); 1 when none is stated. */
  readonly orientation: number
  /** Pixels per inch, when stated. */
  readonly density: number | undefined
}

/** Reads the header of one image of a file. Throws `DocumentRefusal`. */
export async function readImageHeader(bytes: Uint8Array, pixelsMax: number, page = 1): Promise<ImageHeader> {
  const metadata = await refusing(page, () => open(bytes, pixelsMax, page).metadata())
  const { width, height, isProgressive, orientation = 1, density, pages: pageCount = 1 } = metadata
  if (isProgressive && width * height > WHOLE_IN_MEMORY_PIXELS_MAX) throw tooManyPixels(page)
  return { width, height, pageCount, orientation, density }
}

/**
 * Decodes one image to 8-bit grey of exactly `width` x `height`, transparency on white, the stored way up.
 *
 * Throws `DocumentRefusal`.
 */
export async function decodeGrey(
  bytes: Uint8Array,
  pixelsMax: number,
  size: { readonly width: number; readonly height: number },
  page = 1,
): Promise<Uint8Array> {
  const pixels = await refusing(page, () =>
    open(bytes, pixelsMax, page)
      .flatten({ background: '#ffffff' })
      .greyscale()
      .resize({ ...size, fit: 'fill' })
      .toColourspace('b-w')
      .timeout({ seconds: DECODE_SECONDS_MAX })
      .raw({ depth: 'uchar' })
      .toBuffer(),
  )
  if (pixels.length !== size.width * size.height) {
    throw new DocumentRefusal('document.render_failed', 'The image could not be turned into grey.', page)
  }
  return pixels
}

/** A PNG decoded and written anew as plain 8-bit grey, without what else the file carried. Throws `DocumentRefusal`. */
export async function rewritePng(png: Uint8Array, pixelsMax: number): Promise<Uint8Array> {
  return refusing(1, () =>
    open(png, pixelsMax, 1).flatten({ background: '#ffffff' }).toColourspace('b-w').png().toBuffer(),
  )
}

function open(bytes: Uint8Array, pixelsMax: number, page: number): Sharp {
  // A worker's bytes are shared memory, which the decoder does not take: hence a copy there.
  const buffer = bytes.buffer instanceof SharedArrayBuffer ? Buffer.from(bytes) : bytes
  return sharp(buffer, { limitInputPixels: pixelsMax, failOn: 'error', sequentialRead: true, page: page - 1 })
}

/** Runs a decoder; whatever it dislikes becomes a refusal that quotes nothing of its message. */
async function refusing<T>(page: number, decode: () => Promise<T>): Promise<T> {
  try {
    return await decode()
  } catch (error) {
    const message = error instanceof Error ? error.message : ''
    if (/pixel limit/.test(message)) throw tooManyPixels(page)
    if (/timeout/.test(message)) {
      throw new DocumentRefusal('document.render_failed', 'The image took too long to decode.', page)
    }
    throw new DocumentRefusal('document.corrupt', 'The image is damaged and cannot be read.', page)
  }
}

function tooManyPixels(page: number): DocumentRefusal {
  return new DocumentRefusal('document.too_large', 'The image has too many pixels: send it smaller.', page)
}
