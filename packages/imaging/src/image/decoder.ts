import sharp, { type Sharp } from 'sharp'
import { DocumentRefusal } from '../intake/refusal.ts'
import type { GreyImage } from './grey-image.ts'

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
const WHITE = '#ffffff'

/** An image of a file, and the page of the document that a refusal should name. */
export interface EncodedImage {
  readonly bytes: Uint8Array
  /** Which image of the file, counted from 1. */
  readonly place: number
  readonly page: number
  readonly pixelsMax: number
}

export interface ImageHeader {
  readonly width: number
  readonly height: number
  /** EXIF orientation, 1 to 8 (CIPA DC-008 §4.6.4); 1 when none is stated. */
  readonly orientation: number
  /** Pixels per inch, when stated. */
  readonly density: number | undefined
}

/** Reads the header of an image. Throws `DocumentRefusal`. */
export async function readImageHeader(image: EncodedImage): Promise<ImageHeader> {
  const metadata = await refusing(image.page, () => open(image).metadata())
  const { width, height, isProgressive, orientation = 1, density } = metadata
  if (isProgressive && width * height > WHOLE_IN_MEMORY_PIXELS_MAX) throw tooManyPixels(image.page)
  return { width, height, orientation, density }
}

export interface PixelSize {
  readonly width: number
  readonly height: number
}

/**
 * Decodes an image to 8-bit grey of exactly `size`, transparency on white, the stored way up.
 *
 * Throws `DocumentRefusal`.
 */
export async function decodeGrey(image: EncodedImage, size: PixelSize): Promise<Uint8Array> {
  return toGrey(image.page, size, () => open(image).flatten({ background: WHITE }).greyscale())
}

/** Scales grey pixels to `size`. Throws `DocumentRefusal` naming `page`. */
export async function resizeGrey(image: GreyImage, size: PixelSize, page: number): Promise<Uint8Array> {
  const { width, height, pixels } = image
  return toGrey(page, size, () => sharp(pixels, { raw: { width, height, channels: 1 } }))
}

/** A PNG decoded and written anew as plain 8-bit grey, without what else the file carried. Throws `DocumentRefusal`. */
export async function rewritePng(png: Uint8Array, pixelsMax: number): Promise<Uint8Array> {
  const image = { bytes: png, place: 1, page: 1, pixelsMax }
  return refusing(1, () => open(image).flatten({ background: WHITE }).toColourspace('b-w').png().toBuffer())
}

async function toGrey(page: number, size: PixelSize, start: () => Sharp): Promise<Uint8Array> {
  const pixels = await refusing(page, () =>
    start()
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

function open({ bytes, place, pixelsMax }: EncodedImage): Sharp {
  // A worker's bytes are shared memory, which the decoder does not take: hence a copy there.
  const buffer = bytes.buffer instanceof SharedArrayBuffer ? Buffer.from(bytes) : bytes
  return sharp(buffer, {
    limitInputPixels: pixelsMax,
    failOn: 'error',
    sequentialRead: true,
    page: place - 1,
  })
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
