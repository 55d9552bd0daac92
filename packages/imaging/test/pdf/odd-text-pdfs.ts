/** Pages of text as nothing but a hostile or very old writer would set it, each with a name. */
import { createRequire } from 'node:module'
import PDFDocument from 'pdfkit'
import { onePagePdf, type PdfBody, stream } from './raw-pdf.ts'

const FONTS = [
  '/Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>',
  '/F2<</Type/Font/Subtype/Type1/BaseFont/Times-Roman>>',
  '/F3 5 0 R/F4 7 0 R>>',
  '/ExtGState<</Half<</ca 0.5/CA 0.5>>/Multiply<</BM/Multiply>>/Soft<</SMask<</S/Luminosity/G 8 0 R>>>>>>',
  '/Pattern<</P1 9 0 R>>',
].join('')

/** A Type 3 font of a square and a triangle; a font whose name no system has; a soft mask; a tiling pattern. */
const MORE: readonly PdfBody[] = [
  '<</Type/Font/Subtype/Type3/FontBBox[0 0 1000 1000]/FontMatrix[0.001 0 0 0.001 0 0]/FirstChar 65/LastChar 66/Widths[1000 1000]/Encoding<</Differences[65/sq/tr]>>/CharProcs<</sq 6 0 R/tr 10 0 R>>/Resources<<>>>>',
  stream('1000 0 0 0 750 750 d1 0 0 750 750 re f'),
  '<</Type/Font/Subtype/TrueType/BaseFont/NoSuchFont-Bold/FirstChar 32/LastChar 33/Widths[250 333]>>',
  stream(
    '0.5 g 0 0 300 792 re f 1 g 300 0 312 792 re f',
    '/Type/XObject/Subtype/Form/BBox[0 0 612 792]/Group<</S/Transparency/CS/DeviceGray>>',
  ),
  stream(
    '0 0 2 4 re f',
    '/Type/Pattern/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 4 4]/XStep 4/YStep 4/Resources<<>>',
  ),
  stream('1000 0 0 0 750 750 d1 0 0 m 375 750 l 750 0 l f'),
]

const LINE = '(Test Patient Zebra, The quick brown fox 0123456789)'
const at = (x: number, y: number, size = 11, text = LINE) => `BT /F1 ${size} Tf ${x} ${y} Td ${text} Tj ET`

const CONTENTS: Readonly<Record<string, string>> = {
  'plain lines of many sizes': [4, 6, 8, 9.3, 11, 14, 20, 36, 60, 120]
    .map((size, i) => at(40, 760 - i * 70, size))
    .join(' '),
  'lines that overlap': Array.from({ length: 40 }, (_, i) => at(40 + i * 3.3, 700 - i * 2.7)).join(' '),
  'text over every edge of the page': [
    at(-60, 400),
    at(500, 300),
    at(300, 785),
    at(300, -4),
    at(-8, 788, 24),
  ].join(' '),
  'text cut by a rectangle': `q 103.3 200.7 97.1 401.9 re W n ${Array.from({ length: 30 }, (_, i) => at(40 + i * 1.7, 190 + i * 14)).join(' ')} Q`,
  'text cut by a curve': `q 300 400 m 500 600 450 100 100 300 c h W n ${Array.from({ length: 30 }, (_, i) => at(40, 100 + i * 14)).join(' ')} Q`,
  'text that is a clip': `q BT /F1 60 Tf 7 Tr 60 400 Td (CLIPPED) Tj ET 0 300 612 100 re f 0.3 g 0 400 612 60 re f Q ${at(60, 200)}`,
  'text in grey, in colour, white on black': `0.6 g ${at(40, 700)} 0.9 g ${at(40, 680)} 1 0 0 rg ${at(40, 660)} 0 0 612 200 re f 1 g ${at(40, 100)}`,
  'a white box over text, and text over it': `${at(40, 700)} ${at(40, 686)} 1 g 60 680 200 26 re f 0 g ${at(70, 690, 8)}`,
  'text half seen through': `0.5 g 100 0 200 792 re f 0 g /Half gs ${at(40, 700)} ${at(45, 702)} 1 g ${at(40, 600)}`,
  'text multiplied with its ground, and through a soft mask': `0.7 g 100 0 200 792 re f 0.4 g /Multiply gs ${at(40, 700)} /Soft gs ${at(40, 600, 20)}`,
  'text in every render mode': [0, 1, 2, 3, 4, 5, 6]
    .map((mode) => `q BT ${mode} Tr /F1 24 Tf 40 ${700 - mode * 60} Td ${LINE} Tj ET Q`)
    .join(' '),
  'text filled with a pattern': `/Pattern cs /P1 scn ${at(40, 700, 30)}`,
  'turned, sheared and mirrored text': Array.from({ length: 24 }, (_, i) => {
    const angle = (i * Math.PI) / 12
    const [c, s] = [Math.cos(angle).toFixed(5), Math.sin(angle).toFixed(5)]
    return `BT /F2 12 Tf ${c} ${s} ${-s} ${c} 306 396 Tm (      turned ${i}) Tj 1 0 0.4 1 20 ${20 + i * 9} Tm (sheared) Tj -1 0 0 1 580 ${20 + i * 9} Tm (mirrored) Tj ET`
  }).join(' '),
  'kerned, stretched, raised and spaced text': `BT /F2 12 Tf 40 700 Td [(T)120(e)-300(st)15.5(Zebra)] TJ 0 -20 Td 140 Tz ${LINE} Tj 0 -20 Td 40 Tz ${LINE} Tj 100 Tz 5 Ts 0 -20 Td ${LINE} Tj -3 Ts (low) Tj 0 Ts 2.5 Tc 7 Tw 0 -20 Td ${LINE} Tj -1.2 Tc 0 -20 Td ${LINE} Tj ET`,
  'letters that are drawings': 'BT /F3 14 Tf 40 700 Td (ABABAB) Tj /F3 70 Tf 0 -90 Td (AB) Tj ET',
  'a font that is not there': 'BT /F4 14 Tf 40 700 Td (Zebra !  !) Tj ET',
  'no letters, one letter, a letter without ink':
    'BT /F1 14 Tf 40 700 Td () Tj (W) Tj ( ) Tj <00> Tj <ff> Tj ET',
  'text far too large and far too small': `${at(-900, -500, 3000, '(O)')} ${at(40, 700, 0.3)} ${at(40, 600, 1.2)}`,
}

export interface NamedPdf {
  readonly name: string
  readonly bytes: Uint8Array
}

export async function oddTextPdfs(): Promise<NamedPdf[]> {
  const drawn = Object.entries(CONTENTS).map(([name, content]) => ({
    name,
    bytes: onePagePdf({ content: stream(content), resources: FONTS, more: MORE }),
  }))
  const turned = onePagePdf({
    content: stream(CONTENTS['lines that overlap']!),
    resources: FONTS,
    more: MORE,
    page: '/Rotate 90',
  })
  return [
    ...drawn,
    { name: 'a page turned', bytes: turned },
    { name: 'letters of an embedded font', bytes: await embeddedFont() },
  ]
}

/** A composite font (Type 0) as pdfkit embeds it, with letters of several scripts. */
async function embeddedFont(): Promise<Uint8Array> {
  const serif = createRequire(import.meta.url).resolve('dejavu-fonts-ttf/ttf/DejaVuSerif.ttf')
  const doc = new PDFDocument({ size: 'letter', margin: 40 })
  const chunks: Buffer[] = []
  doc.on('data', (chunk: Buffer) => chunks.push(chunk))
  const ended = new Promise((resolve) => doc.on('end', resolve))
  for (const size of [5, 7, 9, 11, 16, 24, 52]) {
    doc.font(serif).fontSize(size)
    doc.text('Test Patient Zebra Ægir ЖЩ ΩΨ “fi ffl” — Ǻ 0123456789')
  }
  doc.end()
  await ended
  return Buffer.concat(chunks)
}
