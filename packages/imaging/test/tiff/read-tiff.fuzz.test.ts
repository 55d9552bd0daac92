import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { DocumentRefusal } from '@answerback/imaging/intake/refusal'
import { readTiff } from '@answerback/imaging/tiff/read-tiff'
import { writeTiff } from '@answerback/imaging/tiff/write-tiff'
import { cpuMs, createDice, damage } from '../../../protocol/test/t4/damage.ts'
import { codePage, packedRows, samplePage } from './sample-pages.ts'
import { buildTiff } from './tiff-builder.ts'

const INPUTS = 6000
const CPU_MS_MAX = 50

const small = samplePage(200, 24)
const pages = [codePage(small), codePage(samplePage(1728, 16, 2))]
const raw = { 256: 200, 257: 24, 258: 1, 259: 1, 262: 0, 277: 1, 278: 24 }
const fixtures = [
  writeTiff(pages, 'MMR'),
  writeTiff(pages, 'MR'),
  writeTiff(pages, 'MH'),
  buildTiff({ isBigEndian: true, pages: [{ fields: raw, strips: [packedRows(small)] }] }),
  buildTiff({
    pages: [
      {
        fields: { ...raw, 259: 32773 },
        strips: [Uint8Array.of(...Array(5).fill([0x81, 0x0f]).flat(), 0xe0, 1)],
      },
    ],
  }),
]

function decodeAll(tiff: Uint8Array): void {
  try {
    for (const page of readTiff(tiff, { pagesMax: 20 }).pages) if (page.form === 'bilevel') page.decode()
  } catch (error) {
    if (!(error instanceof DocumentRefusal)) throw error
  }
}

describe('readTiff on damaged files', () => {
  it('decodes or refuses, with nothing else thrown, in bounded time', () => {
    const dice = createDice(3)
    for (let i = 0; i < INPUTS; i++) {
      const tiff = damage(fixtures[dice(fixtures.length)]!, dice)
      const spent = cpuMs(() => decodeAll(tiff))
      assert.ok(spent <= CPU_MS_MAX, `input ${i} took ${spent} ms`)
    }
  })

  it('does so where only the directories are damaged, which the reader trusts least', () => {
    const dice = createDice(5)
    const fixture = fixtures[0]!
    for (let i = 0; i < INPUTS; i++) {
      const tiff = fixture.slice()
      const entries = tiff.length - 220
      for (let flips = 1 + dice(3); flips > 0; flips--)
        tiff[entries + dice(220)] = [0, 1, 0xff, dice(256)][dice(4)]!
      const spent = cpuMs(() => decodeAll(tiff))
      assert.ok(spent <= CPU_MS_MAX, `input ${i} took ${spent} ms`)
    }
  })
})
