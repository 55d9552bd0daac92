/**
 * What somebody else chose, such as a far end, made safe to print: a terminal obeys control characters, and lines and directions that a text
 * brings along would fake what stands around it.
 */
export function printable(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '?')
}
