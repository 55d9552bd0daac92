const LENGTH_MIN = 2
const LENGTH_MAX = 40
/** A fax of a hundred dense pages has fewer; beyond it is noise. */
export const WORDS_PER_FAX_MAX = 20_000

/** On nearly every page, so that looking for them finds everything. */
const STOP_WORDS = new Set([
  ...['an', 'and', 'are', 'as', 'at', 'be', 'by', 'for', 'from', 'in', 'is', 'it'],
  ...['of', 'on', 'or', 'that', 'the', 'this', 'to', 'was', 'with'],
])

const WORD = /[\p{L}\p{N}]+/gu

/**
 * The words of a text by which it is found, each once, in the order they stand: without case, accents or punctuation, so that
 * "Café" and "CAFE" are one word, and "12/05/1960" is three. What is written without spaces between words, such as Chinese, is found by
 * whole runs only.
 * @param most how many are taken
 */
export function searchWords(text: string, most = WORDS_PER_FAX_MAX): string[] {
  // By way of upper case "ß" becomes "ss". A sigma at the end of a word is one like any other.
  const folded = text.normalize('NFKD').toUpperCase().toLowerCase().normalize('NFKD')
  const plain = folded.replace(/\p{M}/gu, '').replaceAll('ς', 'σ')
  const words = new Set<string>()
  for (const [word] of plain.matchAll(WORD)) {
    if (words.size >= most) break
    if (word.length >= LENGTH_MIN && word.length <= LENGTH_MAX && !STOP_WORDS.has(word)) words.add(word)
  }
  return [...words]
}
