import type { Rotation } from '../page-text.ts'
import type { GreyRows } from './png.ts'

/** The image turned clockwise. */
export function turnRows(image: GreyRows, rotation: Rotation): GreyRows {
  if (rotation === 0) return image
  const isSideways = rotation !== 180
  const width = isSideways ? image.height : image.width
  const height = isSideways ? image.width : image.height
  const from = pixelsOf(image)
  const turned = new Uint8Array(width * height)
  const last = { x: image.width - 1, y: image.height - 1 }
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [sourceX, sourceY] =
        rotation === 180 ? [last.x - x, last.y - y] : rotation === 90 ? [y, last.y - x] : [last.x - y, x]
      turned[y * width + x] = from[sourceY * image.width + sourceX]!
    }
  }
  const bytes = image.bitDepth === 8 ? turned : packed(turned, width, height)
  return { width, height, bitDepth: image.bitDepth, bytes }
}

/** One byte a pixel. */
function pixelsOf({ width, height, bitDepth, bytes }: GreyRows): Uint8Array {
  if (bitDepth === 8) return bytes
  const rowBytes = (width + 7) >>> 3
  const pixels = new Uint8Array(width * height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      pixels[y * width + x] = (bytes[y * rowBytes + (x >>> 3)]! >>> (7 - (x & 7))) & 1
    }
  }
  return pixels
}

function packed(pixels: Uint8Array, width: number, height: number): Uint8Array {
  const rowBytes = (width + 7) >>> 3
  const bytes = new Uint8Array(rowBytes * height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      bytes[y * rowBytes + (x >>> 3)]! |= pixels[y * width + x]! << (7 - (x & 7))
    }
  }
  return bytes
}
