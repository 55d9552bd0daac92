/** Controls, bidirectional overrides, zero-width and private characters, lone surrogates: nothing a reader should meet. */
const UNREADABLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]+/gu

/** Text that somebody else put on a page, fit to be stored and shown: no controls, composed, bounded. */
export function cleanText(text: string, charactersMax: number): string {
  // Cut before and after: composing must not be fed without bound, and may lengthen.
  const clean = text
    .slice(0, 2 * charactersMax)
    .replace(UNREADABLE, ' ')
    .normalize('NFC')
    .trim()
  return clean.length > charactersMax ? clean.slice(0, charactersMax).replace(/[\ud800-\udbff]$/, '') : clean
}
