const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'
const TIME_CHARACTERS = 10

/**
 * Below every identifier made at `timeMs` or later, above every earlier one: identifiers begin with their time.
 * @param timeMs milliseconds since 1970
 */
export function idFloor(prefix: string, timeMs: number): string {
  let text = ''
  for (
    let rest = Math.max(0, Math.floor(timeMs));
    text.length < TIME_CHARACTERS;
    rest = Math.floor(rest / 32)
  ) {
    text = ALPHABET.charAt(rest % 32) + text
  }
  return `${prefix}_${text}`
}
