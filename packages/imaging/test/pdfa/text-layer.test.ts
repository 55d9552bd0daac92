import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PageText, Rotation } from '@answerback/imaging/page-text'
import { writePdfa } from '@answerback/imaging/pdfa/write-pdfa'
import { pageObjects, readPdf, shownStrings } from './read-pdf.ts'
import { ABOUT, FINE, LINES, STANDARD, SUPERFINE, turnedText, word } from './samples.ts'
import { foundWords, NEEDS_POPPLER, run } from './tools.ts'

const ROTATIONS: readonly Rotation[] = [0, 90, 180, 270]
/** Points: a pel is 0.35 wide. */
const NEAR = 0.2

function fileOf(text: PageText, page = FINE): Uint8Array {
  return writePdfa([{ page, text }], ABOUT)
}

function shown(text: PageText): string[] {
  const pdf = readPdf(fileOf(text))
  return shownStrings(pdf, pageObjects(pdf)[0]!)
}

/** The text with the marks taken out that poppler puts around what is read from the right. */
function copied(pdf: Uint8Array): string {
  return run('pdftotext', [], pdf, ['-'])
    .replaceAll(/[\u202a-\u202c]/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
}

for (const page of [STANDARD, FINE, SUPERFINE]) {
  test(`words are found at their boxes on a ${page.resolution} page`, { skip: NEEDS_POPPLER }, () => {
    const linesPerPoint = page.rows / 792
    const boxes = [
      ['Test', 204, 100, 400, 140],
      ['Zebra', 440, 100, 900, 140],
      ['below', 300, 300, 500, 340],
    ] as const
    const words = boxes.map(([text, left, top, right, bottom]) => word(text, left, top, right, bottom))
    const found = foundWords(fileOf({ words, rotation: 0 }, page))
    assert.deepEqual(
      found.map(({ text }) => text),
      boxes.map(([text]) => text),
    )
    for (const [index, [, left, top, right, bottom]] of boxes.entries()) {
      const at = found[index]!
      assert.ok(Math.abs(at.left - (left * 72) / 204) < NEAR, `left ${at.left}`)
      assert.ok(Math.abs(at.right - (right * 72) / 204) < NEAR, `right ${at.right}`)
      assert.ok(Math.abs(at.top - top / linesPerPoint) < NEAR, `top ${at.top}`)
      assert.ok(Math.abs(at.bottom - bottom / linesPerPoint) < NEAR, `bottom ${at.bottom}`)
    }
  })
}

for (const rotation of ROTATIONS) {
  test(`a page to be turned by ${rotation} degrees is copied line by line`, { skip: NEEDS_POPPLER }, () => {
    const pdf = fileOf(turnedText(LINES, rotation))
    assert.deepEqual(run('pdftotext', [], pdf, ['-']).trim().split(/\n+/), LINES)
  })

  test(`its words are where they are seen after turning by ${rotation} degrees`, {
    skip: NEEDS_POPPLER,
  }, () => {
    for (const { text, left, right } of foundWords(fileOf(turnedText(['Test Patient Zebra'], rotation)))) {
      const at = { Test: 1, Patient: 1.41, Zebra: 2.06 }[text]!
      assert.ok(Math.abs(left - at * 72) < 0.5, `${text} at ${left}`)
      assert.ok(Math.abs(right - left - text.length * 0.08 * 72) < 0.5, `${text} to ${right}`)
    }
  })
}

test('a page that went in askew by one degree is copied line by line', { skip: NEEDS_POPPLER }, () => {
  const long = Array.from({ length: 12 }, (_, row) => `${row} ${LINES.join(' ').slice(0, 75)}`)
  for (const slope of [Math.tan(Math.PI / 180), -Math.tan(Math.PI / 180)]) {
    assert.equal(copied(fileOf(turnedText(long, 0, slope))), long.join(' '))
  }
})

test('two columns are copied one after the other', { skip: NEEDS_POPPLER }, () => {
  const column = (name: string, left: number) =>
    Array.from({ length: 12 }, (_, row) => {
      let at = left
      return Array.from({ length: 5 }, (_, index) => {
        const text = `${name}${'x'.repeat((row * 7 + index * 3) % 5)}${row}${index}`
        const from = at
        at = from + text.length * 16 + 16
        return word(text, from, 200 + row * 40, at - 16, 226 + row * 40 + (index % 2) * 6)
      })
    }).flat()
  const words = [...column('left', 60), ...column('right', 980)]
  assert.equal(copied(fileOf({ words, rotation: 0 })), words.map(({ text }) => text).join(' '))
})

test('words of every script are copied as they were read', { skip: NEEDS_POPPLER }, () => {
  for (const line of [
    'Füße Łódź naïve ﬁn',
    'Ελληνικά Русский Հայերեն ქართული',
    '患者 カタカナ 한국어',
    'हिन्दी ไทย தமிழ்',
    '𝒳𝒴 😀 𠀀𠀁 𞤀',
    '“quoted” €5 ½ → ✓ \ue000',
  ]) {
    assert.equal(copied(fileOf(turnedText([line], 0))), line)
  }
})

test('none of 24,000 different characters is lost or becomes another', { skip: NEEDS_POPPLER }, () => {
  const everything = Array.from({ length: 24_000 }, (_, index) => String.fromCodePoint(0x20000 + index))
  const pages = Array.from({ length: 6 }, (_, page) => {
    const words = Array.from({ length: 400 }, (_, index) => {
      const from = (page * 400 + index) * 10
      const [left, top] = [40 + (index % 5) * 330, 40 + Math.floor(index / 5) * 26]
      return word(everything.slice(from, from + 10).join(''), left, top, left + 300, top + 20)
    })
    return { page: FINE, text: { words, rotation: 0 as const } }
  })
  // A page of columns as even as these is copied column by column.
  const found = Array.from(copied(writePdfa(pages, ABOUT)).replaceAll(' ', '')).sort()
  assert.equal(found.length, everything.length)
  assert.ok(found.every((character, index) => character === everything[index]))
})

test('Hebrew and Arabic are copied in the order they are read', { skip: NEEDS_POPPLER }, () => {
  const fromTheRight = (line: string): PageText => {
    const words = line
      .split(' ')
      .map((text, index) => word(text, 1400 - index * 300, 100, 1600 - index * 300, 140))
    return { words, rotation: 0 }
  }
  for (const line of ['שלום עולם טוב', 'مرحبا بالعالم العربي', 'תיק 2026 דחוף', 'א12ב ג'])
    assert.equal(copied(fileOf(fromTheRight(line))), line)
})

test('a rule that was taken for a letter does not stretch the words beside it', {
  skip: NEEDS_POPPLER,
}, () => {
  const words = [
    word('before', 200, 100, 400, 130),
    word('after', 420, 100, 600, 130),
    word('|', 620, 60, 630, 1500),
    word('next', 200, 140, 300, 170),
    word('line', 320, 140, 420, 170),
  ]
  const pdf = fileOf({ words, rotation: 0 })
  for (const { text, top, bottom } of foundWords(pdf)) {
    if (text !== '|') assert.ok(bottom - top < 13, `${text} ${top} ${bottom}`)
  }
})

test('every word is followed by a space', () => {
  assert.deepEqual(shown(turnedText(['Test Patient', 'Zebra'], 0)), ['Test ', 'Patient ', 'Zebra '])
})

test('controls, halves of characters and marks of direction are left out', () => {
  const spoken = (text: string) => shown({ words: [word(text, 1, 1, 100, 20)], rotation: 0 })
  assert.deepEqual(spoken('a\u0000b\u001b[0m\u0085c'), ['ab[0m c '])
  assert.deepEqual(spoken('x\ud800y\udc00z\ufffe\uffff\ufeff'), ['xyz '])
  assert.deepEqual(spoken('safe\u202egnp.exe\u2066'), ['safegnp.exe '])
  assert.deepEqual(spoken(') Tj ET (\\'), [') Tj ET (\\ '])
  assert.deepEqual(spoken(' \u2028 '), [])
  assert.deepEqual(spoken(''), [])
})

test('boxes outside the page, inside out or without a number are held on it or left out', {
  skip: NEEDS_POPPLER,
}, () => {
  const words = [
    word('outside', -500, -500, -100, -100),
    word('beyond', 99_999, 99_999, 1e300, Number.POSITIVE_INFINITY),
    word('reversed', 600, 500, 500, 400),
    word('nowhere', Number.NaN, 0, 10, 10),
  ]
  for (const rotation of ROTATIONS) {
    const text = { words, rotation }
    assert.deepEqual(shown(text), ['outside ', 'beyond ', 'reversed '])
    for (const { left, top, right, bottom } of foundWords(fileOf(text))) {
      assert.ok(left >= -NEAR && top >= -NEAR && right <= 792 + NEAR && bottom <= 792 + NEAR)
    }
  }
})

test('a page of endless words keeps the first twenty thousand, in bounded time', () => {
  const words = Array.from({ length: 60_000 }, () => word('x'.repeat(5_000), 0, 0, 1728, 2156))
  const from = process.cpuUsage()
  const few = shown({ words, rotation: 0 })
  const many = shown({ words: words.map((each) => ({ ...each, text: 'x' })), rotation: 90 })
  const { user, system } = process.cpuUsage(from)
  assert.equal(few.join('').length, 200_000 + few.length)
  assert.equal(few[0]!.length, 257)
  assert.equal(many.length, 20_000)
  assert.ok((user + system) / 1e6 < 2, `${(user + system) / 1e6} s for two such pages`)
})

test('when two bytes cannot name one more character, it becomes a question mark', () => {
  const everything = Array.from({ length: 0x11000 }, (_, index) => String.fromCodePoint(0x20000 + index))
  const words = everything.map((text) => ({ ...word(text, 1, 1, 100, 20) }))
  const pages = Array.from({ length: 4 }, (_, index) => ({
    page: FINE,
    text: { words: words.slice(index * 20_000, (index + 1) * 20_000), rotation: 0 as const },
  }))
  const pdf = readPdf(writePdfa(pages, ABOUT))
  const texts = pageObjects(pdf).flatMap((page) => shownStrings(pdf, page))
  assert.equal(texts[65_000], `${everything[65_000]} `)
  assert.equal(texts.at(-1), '? ')
})
