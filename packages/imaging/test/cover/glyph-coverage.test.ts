import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { coverFont } from '@answerback/imaging/cover/font'
import { readGlyphCoverage } from '@answerback/imaging/cover/glyph-coverage'

test("the coverage agrees with the font's own published table of Unicode blocks", () => {
  const font = fileURLToPath(import.meta.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf'))
  const covered = readGlyphCoverage(readFileSync(font))
  // unicover.txt: "U+0370 Greek and Coptic    100% (135/135)  96% (130/135) …"; the first column is DejaVu Sans.
  const table = readFileSync(fileURLToPath(import.meta.resolve('dejavu-fonts-ttf/unicover.txt')), 'latin1')
  const rows = [...table.matchAll(/^U\+([0-9a-f]+) .*?\((\d+)\/(\d+)\)/gim)]
  const starts = [...table.matchAll(/^U\+([0-9a-f]+) /gim)].map((row) => Number.parseInt(row[1]!, 16))
  let checked = 0
  for (const [, hex, drawn, assigned] of rows) {
    // Only blocks that the font covers whole: for others the table counts by a Unicode version we do not have.
    if (drawn !== assigned) continue
    const start = Number.parseInt(hex!, 16)
    const end = starts.find((next) => next > start) ?? 0x110000
    let count = 0
    for (let codePoint = start; codePoint < end; codePoint++) if (covered.has(codePoint)) count++
    assert.ok(count >= Number(drawn), `U+${hex}`)
    checked++
  }
  assert.ok(checked > 20, `${checked} blocks checked`)
})

test('neither weight claims Chinese, and both claim the letters of a name', () => {
  const { hasGlyph } = coverFont()
  assert.equal(hasGlyph('王'.codePointAt(0)!), false)
  for (const letter of "AÅzñŁ'-.") assert.equal(hasGlyph(letter.codePointAt(0)!), true, letter)
})
