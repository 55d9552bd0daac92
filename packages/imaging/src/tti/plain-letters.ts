/** Letters that do not come apart into a base letter and marks. */
const SPELLINGS: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  Æ: 'AE',
  œ: 'oe',
  Œ: 'OE',
  ø: 'o',
  Ø: 'O',
  ð: 'd',
  Ð: 'D',
  þ: 'th',
  Þ: 'Th',
  đ: 'd',
  Đ: 'D',
  ł: 'l',
  Ł: 'L',
  ı: 'i',
  '‘': "'",
  '’': "'",
  '“': '"',
  '”': '"',
  '«': '"',
  '»': '"',
  '–': '-',
  '—': '-',
  '‑': '-',
  '·': '.',
  '…': '...',
  '€': 'EUR',
  '£': 'GBP',
}

/** Text in the letters of the font, ASCII 32..126: marks dropped, known letters spelt out, the rest `?`. */
export function toPlainLetters(text: string): string {
  const bare = text.normalize('NFKD').replace(/\p{M}/gu, '')
  return bare.replace(/[^\x20-\x7e]/gu, (letter) => SPELLINGS[letter] ?? (/\s/u.test(letter) ? ' ' : '?'))
}
