import { visualOrder } from './visual-order.ts'

/** More than any word; a run of letters without a space is cut here. */
const WORD_CHARACTERS_MAX = 256
const PRINTABLE_ASCII = /^[\x21-\x7e]+$/
const WHITE_SPACE = /\p{White_Space}+/gu
/**
 * Controls, lone surrogates, and code points that are no characters. Also marks that turn the direction of what follows:
 * they have no width on paper, and would make a copied word read as something else (Unicode TR 36 §2.1).
 * U+FEFF and U+FFFE may not be what a letter stands for (ISO 19005-2 §6.2.11.7.2).
 */
const UNWANTED = /[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}\p{Bidi_Control}\ufeff]/gu

/**
 * The characters of a word that go into the text layer, from left to right; none if nothing is left. Untrusted text in,
 * harmless text out.
 */
export function cleanWord(text: string, charactersMax: number): string[] {
  const max = Math.min(charactersMax, WORD_CHARACTERS_MAX)
  const bounded = text.length > 4 * WORD_CHARACTERS_MAX ? text.slice(0, 4 * WORD_CHARACTERS_MAX) : text
  // None of it is written from right to left.
  if (PRINTABLE_ASCII.test(bounded)) return bounded.slice(0, max).split('')
  const clean = bounded.replaceAll(WHITE_SPACE, ' ').replaceAll(UNWANTED, '').trim()
  return visualOrder(Array.from(clean).slice(0, max))
}
