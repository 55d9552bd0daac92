import type { Word } from '../page-text.ts'
import { cleanText } from '../reading/clean-text.ts'

/** The densest page of 6 pt type has some 3,000 words. */
const WORDS_MAX = 20_000
const WORD_CHARACTERS_MAX = 200
/** The columns: level, page, block, paragraph, line, word, left, top, width, height, confidence, text. */
const COLUMNS = 12
const WORD_LEVEL = '5'

/** The words of tesseract's TSV, in its order. Lines that are no words, or make no sense, are passed over. */
export function parseTesseractTsv(tsv: string): Word[] {
  const words: Word[] = []
  for (const line of tsv.split('\n')) {
    const word = parseLine(line)
    if (word) words.push(word)
    if (words.length === WORDS_MAX) break
  }
  return words
}

function parseLine(line: string): Word | undefined {
  const columns = line.split('\t', COLUMNS)
  if (columns.length < COLUMNS || columns[0] !== WORD_LEVEL) return undefined
  const text = cleanText(columns[11]!, WORD_CHARACTERS_MAX)
  const [left, top, width, height, confidence] = columns.slice(6, 11).map(Number) as [
    number,
    number,
    number,
    number,
    number,
  ]
  const isSound = [left, top, width, height].every((each) => Number.isInteger(each) && each >= 0)
  if (text === '' || !isSound || width === 0 || height === 0 || !(confidence >= 0 && confidence <= 100)) {
    return undefined
  }
  return { text, confidence, left, top, right: left + width, bottom: top + height }
}
