/** PDFs made to exhaust, crash or deceive a renderer. Each is built here from nothing; none needs a stored file. */
import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { createDeflate, deflateSync } from 'node:zlib'
import { onePagePdf, rawPdf, stream } from './raw-pdf.ts'

const FLATE_TWICE = '/Filter[/FlateDecode/FlateDecode]'

const CHUNK_BYTES = 2 ** 20

/** Deflates `total` bytes of a repeated text, twice, without ever holding them all: a megabyte becomes a few bytes. */
async function deflatedTwice(text: string, total: number): Promise<Buffer> {
  const chunk = Buffer.alloc(CHUNK_BYTES, text)
  const chunks = function* () {
    for (let left = total; left > 0; left -= CHUNK_BYTES) yield chunk.subarray(0, Math.min(left, CHUNK_BYTES))
  }
  const once = await buffer(Readable.from(chunks()).pipe(createDeflate({ level: 9 })))
  return deflateSync(once, { level: 9 })
}

/** Two kilobytes that inflate to `megabytes` of drawing operators. */
export async function operatorBomb(megabytes: number): Promise<Uint8Array> {
  return onePagePdf({
    content: stream(await deflatedTwice('0 0 m 9 9 l S ', megabytes * 2 ** 20), FLATE_TWICE),
  })
}

/** Content that inflates to nothing but blanks. */
export async function blankBomb(megabytes: number): Promise<Uint8Array> {
  return onePagePdf({ content: stream(await deflatedTwice(' ', megabytes * 2 ** 20), FLATE_TWICE) })
}

/** A one-bit image of `side` x `side` pixels, all black, that deflates to almost nothing. */
export async function hugeImage(side: number): Promise<Uint8Array> {
  const row = Math.ceil(side / 8)
  return onePagePdf({
    content: stream('q 612 0 0 792 0 0 cm /I Do Q'),
    resources: '/XObject<</I 5 0 R>>',
    more: [
      stream(
        await deflatedTwice('\0', row * side),
        `/Type/XObject/Subtype/Image/Width ${side}/Height ${side}/BitsPerComponent 1/ColorSpace/DeviceGray${FLATE_TWICE}`,
      ),
    ],
  })
}

/** Forms that each draw the next one `fanOut` times, `depth` deep: fanOut^depth drawings. */
export function formFanOut(fanOut: number, depth: number): Uint8Array {
  const forms = Array.from({ length: depth }, (_, level) => {
    const next = level + 1 < depth ? `/Resources<</XObject<</F ${level + 6} 0 R>>>>` : ''
    const body = level + 1 < depth ? '/F Do '.repeat(fanOut) : '0 0 9 9 re f'
    return stream(body, `/Type/XObject/Subtype/Form/BBox[0 0 612 792]${next}`)
  })
  return onePagePdf({ content: stream('/F Do'), resources: '/XObject<</F 5 0 R>>', more: forms })
}

/** A form that draws itself twice. */
export function selfReferringForm(): Uint8Array {
  return onePagePdf({
    content: stream('/F Do'),
    resources: '/XObject<</F 5 0 R>>',
    more: [
      stream(
        '0 0 9 9 re f /F Do /F Do',
        '/Type/XObject/Subtype/Form/BBox[0 0 612 792]/Resources<</XObject<</F 5 0 R>>>>',
      ),
    ],
  })
}

/** A page filled with a tiling pattern whose cell is a thousandth of a point. */
export function microscopicPattern(): Uint8Array {
  const pattern =
    '/Type/Pattern/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 .001 .001]/XStep .001/YStep .001/Resources<<>>'
  return onePagePdf({
    content: stream('/Pattern cs /P scn 0 0 612 792 re f'),
    resources: '/Pattern<</P 5 0 R>>',
    more: [stream('0 0 .0005 .0005 re f', pattern)],
  })
}

/** Content with arrays nested `depth` deep. */
export function nestedArrays(depth: number): Uint8Array {
  return onePagePdf({ content: stream(`${'['.repeat(depth)}${']'.repeat(depth)} TJ`) })
}

/** A page tree whose child is its own parent. */
export function cyclicPageTree(): Uint8Array {
  return rawPdf([
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Kids[3 0 R]/Count 1/Parent 3 0 R>>',
    '<</Type/Pages/Kids[2 0 R]/Count 1/Parent 2 0 R>>',
  ])
}

/** A page tree that claims two thousand million pages and has one. */
export function inflatedPageCount(): Uint8Array {
  return rawPdf([
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Kids[3 0 R]/Count 2000000000>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<<>>>>',
    stream('72 72 200 200 re f'),
  ])
}

/** `count` real pages that share one content stream. */
export function manyPages(count: number): Uint8Array {
  const kids = Array.from({ length: count }, (_, index) => `${index + 4} 0 R`).join(' ')
  const page = '<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 3 0 R/Resources<<>>>>'
  return rawPdf([
    '<</Type/Catalog/Pages 2 0 R>>',
    `<</Type/Pages/Kids[${kids}]/Count ${count}>>`,
    stream('72 72 200 200 re f'),
    ...Array.from({ length: count }, () => page),
  ])
}

export function pageOfSize(mediaBox: string): Uint8Array {
  return onePagePdf({ content: stream('0 0 100 100 re f'), mediaBox })
}

/** Scripts and a program to launch, run by a careless reader on opening. The page itself is an ordinary one. */
export function openActions(): Uint8Array {
  return rawPdf([
    '<</Type/Catalog/Pages 2 0 R/OpenAction 5 0 R/AA<</WC 6 0 R>>>>',
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<<>>/AA<</O 6 0 R>>>>',
    stream('72 72 200 200 re f'),
    '<</S/JavaScript/JS(for\\(;;\\){})/Next 6 0 R>>',
    '<</S/Launch/F(/bin/true)>>',
  ])
}

/** A picture whose JPEG data is noise: a renderer that ignores the error leaves a blank page. */
export function brokenPicture(): Uint8Array {
  return onePagePdf({
    content: stream('q 400 0 0 400 100 200 cm /I Do Q'),
    resources: '/XObject<</I 5 0 R>>',
    more: [
      stream(
        Buffer.alloc(4_000, 'not a jpeg'),
        '/Type/XObject/Subtype/Image/Width 800/Height 800/BitsPerComponent 8/ColorSpace/DeviceRGB/Filter/DCTDecode',
      ),
    ],
  })
}

/** Encrypted with a user password (standard security handler, revision 2, 40-bit RC4: ISO 32000-1 §7.6.3). */
export function passwordProtected(password: string): Uint8Array {
  const id = Buffer.alloc(16, 7)
  const permissions = Buffer.from([0xff, 0xff, 0xff, 0xfc]).reverse()
  const owner = rc4(md5(padded('owner')).subarray(0, 5), padded(password))
  const key = md5(Buffer.concat([padded(password), owner, permissions, id])).subarray(0, 5)
  const user = rc4(key, PADDING)
  const hex = (bytes: Buffer) => `<${bytes.toString('hex')}>`
  const plain = Buffer.from(onePagePdf({ content: stream('72 72 200 200 re f') })).toString('latin1')
  const encrypt = `/Encrypt<</Filter/Standard/V 1/R 2/O ${hex(owner)}/U ${hex(user)}/P ${permissions.readInt32LE()}>>`
  return Buffer.from(plain.replace('/Root 1 0 R', `/Root 1 0 R${encrypt}/ID[${hex(id)}${hex(id)}]`), 'latin1')
}

const PADDING = Buffer.from('28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a', 'hex')

function padded(password: string): Buffer {
  return Buffer.concat([Buffer.from(password, 'latin1'), PADDING]).subarray(0, 32)
}

function md5(data: Buffer): Buffer {
  return createHash('md5').update(data).digest()
}

/** Written out, because OpenSSL 3 no longer offers RC4. */
function rc4(key: Buffer, data: Buffer): Buffer {
  const state = Uint8Array.from({ length: 256 }, (_, index) => index)
  for (let i = 0, j = 0; i < 256; i++) {
    j = (j + state[i]! + key[i % key.length]!) & 255
    ;[state[i], state[j]] = [state[j]!, state[i]!]
  }
  const out = Buffer.alloc(data.length)
  for (let n = 0, i = 0, j = 0; n < data.length; n++) {
    i = (i + 1) & 255
    j = (j + state[i]!) & 255
    ;[state[i], state[j]] = [state[j]!, state[i]!]
    out[n] = data[n]! ^ state[(state[i]! + state[j]!) & 255]!
  }
  return out
}
