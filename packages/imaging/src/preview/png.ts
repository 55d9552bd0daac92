import { promisify } from 'node:util'
import { crc32, deflate } from 'node:zlib'

/** Grey rows without padding between them: 1 bit a pixel (each row on whole bytes, 1 is white), or 8. */
export interface GreyRows {
  readonly width: number
  readonly height: number
  readonly bitDepth: 1 | 8
  readonly bytes: Uint8Array
}

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
const GREYSCALE = 0
/** `None` (PNG §9.2): the other filters do not help on fax pages. */
const NO_FILTER = 0
const INCH_IN_METRES = 0.0254
const METRE = 1

const deflateBytes = promisify(deflate)

/** Writes a greyscale PNG (PNG §5) with square pixels, `pelsPerInch` to the inch. */
export async function encodePng(image: GreyRows, pelsPerInch: number): Promise<Uint8Array> {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(image.width, 0)
  header.writeUInt32BE(image.height, 4)
  header.set([image.bitDepth, GREYSCALE], 8)
  const density = Buffer.alloc(9)
  const pelsPerMetre = Math.round(pelsPerInch / INCH_IN_METRES)
  density.writeUInt32BE(pelsPerMetre, 0)
  density.writeUInt32BE(pelsPerMetre, 4)
  density.writeUInt8(METRE, 8)
  const data = await deflateBytes(filteredRows(image), { level: 6 })
  const chunks = [
    chunk('IHDR', header),
    chunk('pHYs', density),
    chunk('IDAT', data),
    chunk('IEND', new Uint8Array(0)),
  ]
  return Buffer.concat([Uint8Array.from(SIGNATURE), ...chunks])
}

/** Every row with its filter's byte in front. */
function filteredRows({ width, height, bitDepth, bytes }: GreyRows): Uint8Array {
  const rowBytes = bitDepth === 1 ? (width + 7) >>> 3 : width
  const rows = new Uint8Array((rowBytes + 1) * height)
  for (let row = 0; row < height; row++) {
    rows[row * (rowBytes + 1)] = NO_FILTER
    rows.set(bytes.subarray(row * rowBytes, (row + 1) * rowBytes), row * (rowBytes + 1) + 1)
  }
  return rows
}

/** Length, type, data and the check over type and data (PNG §5.3). */
function chunk(type: string, data: Uint8Array): Buffer {
  const bytes = Buffer.alloc(12 + data.length)
  bytes.writeUInt32BE(data.length, 0)
  bytes.write(type, 4, 'latin1')
  bytes.set(data, 8)
  bytes.writeUInt32BE(crc32(bytes.subarray(4, 8 + data.length)), 8 + data.length)
  return bytes
}
