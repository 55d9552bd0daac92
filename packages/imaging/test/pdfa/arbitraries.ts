import type { Resolution } from '@answerback/imaging/page'
import type { Rotation, Word } from '@answerback/imaging/page-text'
import { createBitmap } from '@answerback/protocol/t4/bitmap'
import fc from 'fast-check'
import { coded, setBlack } from '../preview/coded-pages.ts'

const ROTATIONS: readonly Rotation[] = [0, 90, 180, 270]
const RESOLUTIONS: readonly Resolution[] = ['standard', 'fine', 'superfine']
/** Any text a program can hold, halves of characters included; letters of all scripts; what means something in a PDF. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 12 })
    .map((units) => String.fromCharCode(...units)),
  fc.constantFrom(') Tj', '\\', '<00>', 'endstream', '%%EOF', '\u202eevil', 'שלום12', '\ud83d'),
)
const edge = fc.oneof(fc.integer({ min: -20, max: 220 }), fc.double())
const words: fc.Arbitrary<Word[]> = fc.array(
  fc.record({ text, confidence: fc.constant(50), left: edge, top: edge, right: edge, bottom: edge }),
  { maxLength: 12 },
)
const page = fc
  .record({
    width: fc.integer({ min: 1, max: 200 }),
    rows: fc.integer({ min: 1, max: 120 }),
    dots: fc.array(fc.tuple(fc.nat(199), fc.nat(119)), { maxLength: 20 }),
    resolution: fc.constantFrom(...RESOLUTIONS),
  })
  .map(({ width, rows, dots, resolution }) => {
    const bitmap = createBitmap(width, rows)
    for (const [x, y] of dots) setBlack(bitmap, x % width, y % rows)
    return coded(bitmap, resolution)
  })
export const pages = fc.array(
  fc.record(
    { page, text: fc.record({ words, rotation: fc.constantFrom(...ROTATIONS) }) },
    { requiredKeys: ['page'] },
  ),
  { maxLength: 4 },
)
export const about = fc.record(
  {
    id: fc.uint8Array({ minLength: 16, maxLength: 16 }),
    createdAt: fc.date({
      min: new Date('0000-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59Z'),
      noInvalidDate: true,
    }),
    title: text,
  },
  { requiredKeys: ['id', 'createdAt'] },
)
