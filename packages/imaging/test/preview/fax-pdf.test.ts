import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { faxPdf } from '@answerback/imaging/preview/fax-pdf'
import { createBitmap } from '@answerback/protocol/t4/bitmap'
import { coded, isBlack, squareWithHole } from './coded-pages.ts'

const needsPoppler = spawnSync('pdfimages', ['-v']).error ? 'needs poppler-utils (pdfimages)' : false
const needsQpdf = spawnSync('qpdf', ['--version']).error ? 'needs qpdf' : false

const PAGES = [
  coded(squareWithHole(1728, 1078, 98), 'standard'),
  coded(squareWithHole(1728, 2156, 196), 'fine'),
  coded(squareWithHole(1728, 4301, 391), 'superfine'),
]

function withFile<T>(bytes: Uint8Array, use: (path: string, folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'fax-pdf-'))
  try {
    const path = join(folder, 'fax.pdf')
    writeFileSync(path, bytes)
    return use(path, folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test('the file is well formed', { skip: needsQpdf }, () => {
  withFile(faxPdf(PAGES), (path) => {
    assert.match(
      execFileSync('qpdf', ['--check', path], { encoding: 'utf8' }),
      /No syntax or stream encoding errors/,
    )
  })
})

test('pages of every resolution have the size of their paper', { skip: needsPoppler }, () => {
  withFile(faxPdf(PAGES), (path) => {
    const info = execFileSync('pdfinfo', ['-f', '1', '-l', '3', path], { encoding: 'utf8' })
    assert.equal([...info.matchAll(/Page +\d size: +609\.882 x 792 /g)].length, 3, info)
  })
})

test('the images are the very T.6 data, at the resolution of the fax', { skip: needsPoppler }, () => {
  withFile(faxPdf(PAGES), (path, folder) => {
    const list = execFileSync('pdfimages', ['-list', path], { encoding: 'utf8' })
    assert.match(list, /1728 +1078 +gray +1 +1 +ccitt .* 204 +98 /)
    assert.match(list, /1728 +4301 +gray +1 +1 +ccitt .* 204 +391 /)
    execFileSync('pdfimages', ['-ccitt', path, join(folder, 'page')])
    for (const [index, page] of PAGES.entries()) {
      assert.deepEqual(readFileSync(join(folder, `page-00${index}.ccitt`)), Buffer.from(page.t6))
    }
  })
})

test('poppler draws the pixels that were sent, black as black', { skip: needsPoppler }, () => {
  const bitmap = squareWithHole(1728, 2156, 196)
  withFile(faxPdf([coded(bitmap)]), (path, folder) => {
    execFileSync('pdfimages', [path, join(folder, 'page')])
    const pbm = readFileSync(join(folder, 'page-000.pbm'))
    const raster = pbm.subarray(pbm.length - 216 * 2156)
    for (let y = 0; y < 2156; y += 7) {
      for (let x = 0; x < 1728; x += 3) {
        const black = (raster[y * 216 + (x >> 3)]! & (0x80 >> (x & 7))) !== 0
        assert.equal(black, isBlack(bitmap, x, y))
      }
    }
  })
})

test('a fax of one page and a fax of two hundred are both whole', { skip: needsPoppler }, () => {
  const page = coded(createBitmap(1728, 1078), 'standard')
  for (const count of [1, 200]) {
    withFile(faxPdf(Array(count).fill(page)), (path) => {
      assert.match(execFileSync('pdfinfo', [path], { encoding: 'utf8' }), new RegExp(`Pages: +${count}\\b`))
    })
  }
})
