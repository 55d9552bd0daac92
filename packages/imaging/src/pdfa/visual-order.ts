/** Scripts written from right to left, as far as an OCR engine may read them. */
const RIGHT_TO_LEFT =
  /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}]/u
const LEFT_TO_RIGHT = /[\p{L}\p{Nd}]/u

/**
 * A word's characters from left to right, as a PDF holds them: readers turn Hebrew and Arabic back (there is no mark of
 * direction in a content stream). Numbers and Latin inside such a word stay as they are.
 */
export function visualOrder(characters: string[]): string[] {
  if (!characters.some((character) => RIGHT_TO_LEFT.test(character))) return characters
  const ordered: string[] = []
  let run: string[] = []
  for (const character of characters.toReversed()) {
    if (LEFT_TO_RIGHT.test(character) && !RIGHT_TO_LEFT.test(character)) {
      run.unshift(character)
      continue
    }
    ordered.push(...run, character)
    run = []
  }
  return [...ordered, ...run]
}
