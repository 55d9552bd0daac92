import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { RasterPool } from '../../src/raster/pool.ts'
import { onePagePdf, stream } from '../pdf/raw-pdf.ts'
import { renderFirst } from './drawn-page.ts'

let pool: RasterPool
before(async () => {
  pool = new RasterPool({ workers: 1 })
  await pool.ready()
})
after(() => pool.close())

/** A page with a black square of 12 points in each corner of its box. */
function cornerMarks(width: number, height: number, extra = ''): Uint8Array {
  const corners = [0, width - 12].flatMap((x) => [0, height - 12].map((y) => `${x} ${y} 12 12 re f`))
  return onePagePdf({ content: stream(corners.join(' ')), mediaBox: `0 0 ${width} ${height}`, page: extra })
}

/** Paper sizes in points, and the rows each paper has at fine resolution. */
const PAGES = { letter: [612, 792], a4: [595.276, 841.89], legal: [612, 1008] } as const
const PAPER_ROWS = { letter: 2156, a4: 2291, legal: 2744 } as const

for (const paper of ['letter', 'a4', 'legal'] as const) {
  for (const [name, [width, height]] of Object.entries(PAGES)) {
    test(`all four corners of a ${name} page are on ${paper} paper`, async () => {
      const { coded, drawn } = await renderFirst(pool, cornerMarks(width, height), {
        paper,
        rowsReserved: 30,
      })
      const box = drawn.inkBox()!
      const printed = { width: (box.right - box.left) / 204, height: (box.bottom - box.top) / 196 }
      assert.equal(coded.width, 1728)
      assert.ok(coded.rows <= PAPER_ROWS[paper] - 30)
      assert.ok(
        Math.abs(printed.height / printed.width / (height / width) - 1) < 0.01,
        'proportions are kept',
      )
      for (const x of [box.left + 2, box.right - 3]) {
        for (const y of [box.top + 2, box.bottom - 3]) assert.ok(drawn.isBlack(x, y), `mark at ${x}, ${y}`)
      }
      assert.ok(!drawn.isBlack((box.left + box.right) >> 1, (box.top + box.bottom) >> 1))
    })
  }
}

test('a letter page fills the width of the line', async () => {
  const { drawn } = await renderFirst(pool, cornerMarks(612, 792))
  const { left, right } = drawn.inkBox()!
  assert.deepEqual([left, right], [0, 1728])
})

test('the three resolutions print a page at the same height', async () => {
  const inches: number[] = []
  for (const [resolution, linesPerInch] of [
    ['standard', 98],
    ['fine', 196],
    ['superfine', 391],
  ] as const) {
    const { drawn } = await renderFirst(pool, cornerMarks(612, 792), { resolution })
    inches.push(drawn.inkBox()!.bottom / linesPerInch)
  }
  assert.ok(Math.max(...inches) - Math.min(...inches) < 0.02, inches.join(' '))
})

test('a landscape page is turned to fill the paper', async () => {
  const { drawn } = await renderFirst(pool, cornerMarks(792, 612))
  const { left, right, top, bottom } = drawn.inkBox()!
  assert.deepEqual([left, right, top], [0, 1728, 0])
  assert.ok(bottom > 2_100)
})

test('the top of a turned page lies on the right', async () => {
  const top = onePagePdf({ content: stream('0 592 792 20 re f'), mediaBox: '0 0 792 612' })
  const { drawn } = await renderFirst(pool, top)
  const box = drawn.inkBox()!
  assert.ok(box.left > 1_600 && box.bottom - box.top > 2_000)
})

test('a page that its own Rotate entry turns is not turned again', async () => {
  const { drawn } = await renderFirst(pool, cornerMarks(792, 612, '/Rotate 90'))
  assert.ok(drawn.inkBox()!.bottom > 2_100)
})

test('a page smaller than the paper keeps its size, centred', async () => {
  const { coded, drawn } = await renderFirst(pool, cornerMarks(288, 144))
  const { left, right, top, bottom } = drawn.inkBox()!
  assert.deepEqual([right - left, bottom - top], [816, 392])
  assert.ok(Math.abs(left - (1728 - right)) <= 1)
  assert.equal(coded.rows, 392)
})

test('a poster shrinks to the paper with its margins', async () => {
  const { drawn } = await renderFirst(pool, cornerMarks(2_400, 3_600))
  const { left, right, top, bottom } = drawn.inkBox()!
  assert.ok(left > 0 && right < 1728 && top === 0 && bottom >= 2_154 && bottom <= 2_156)
})

test('a page whose box starts away from the origin is drawn whole', async () => {
  const shifted = onePagePdf({
    content: stream('100 200 612 12 re f 100 980 612 12 re f'),
    mediaBox: '100 200 712 992',
  })
  const { drawn } = await renderFirst(pool, shifted)
  const { left, right, top, bottom } = drawn.inkBox()!
  assert.ok(left === 0 && right === 1728 && top <= 1 && bottom >= 2_147)
})
