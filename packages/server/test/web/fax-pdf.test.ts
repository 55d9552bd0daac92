import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createBitmap } from '@answerback/protocol/t4/bitmap'
import { encodeT6 } from '@answerback/protocol/t4/t6'
import { encodeId } from '../../src/adapters/system/identifier.ts'
import { writeFaxPdf } from '../../src/adapters/web/fax-pdf.ts'

const MADE_AT = new Date('2026-01-31T23:59:59.999Z')
const RANDOM = new Uint8Array(10).fill(0xa5)
const INBOUND = encodeId('inb', MADE_AT.getTime(), RANDOM)
const PAGE = {
  page: {
    width: 1728,
    rows: 100,
    resolution: 'fine',
    kind: 'bilevel',
    t6: encodeT6(createBitmap(1728, 100)),
  },
} as const

test('a PDF is dated and called by its fax', () => {
  const text = Buffer.from(writeFaxPdf(INBOUND, [PAGE])).toString('latin1')
  assert.match(text, /<xmp:CreateDate>2026-01-31T23:59:59Z</)
  assert.ok(text.includes(`>Fax ${INBOUND}<`))
})

test('the same pages of a fax are the same file, other pages are another', () => {
  const file = (...asked: Parameters<typeof writeFaxPdf>) => Buffer.from(writeFaxPdf(...asked))
  const idOf = (...asked: Parameters<typeof writeFaxPdf>) =>
    /\/ID \[<(\w+)>/.exec(file(...asked).toString('latin1'))![1]
  assert.ok(file(INBOUND, [PAGE]).equals(file(INBOUND, [PAGE])))
  const other = encodeId('fax', MADE_AT.getTime(), RANDOM)
  const ids = [
    idOf(INBOUND, [PAGE]),
    idOf(INBOUND, [PAGE, PAGE]),
    idOf(INBOUND, [PAGE], 1),
    idOf(INBOUND, [PAGE], 2),
    idOf(other, [PAGE], 1),
  ]
  assert.equal(new Set(ids).size, ids.length)
})

test('what is no identifier names no file', () => {
  for (const text of ['', 'inb_', `${INBOUND}x`, INBOUND.toUpperCase()])
    assert.throws(() => writeFaxPdf(text, [PAGE]), RangeError)
})
