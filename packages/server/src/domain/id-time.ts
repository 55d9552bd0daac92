/** Crockford's base32: no i, l, o or u, so an identifier read aloud or copied by hand survives. */
export const ID_ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'
const TIME_CHARACTERS = 10

/**
 * How every identifier begins behind its prefix: ten characters that sort as their times do.
 * @param timeMs whole milliseconds since 1970, below 2^48
 */
export function encodeIdTime(timeMs: number): string {
  let text = ''
  for (let rest = timeMs; text.length < TIME_CHARACTERS; rest = Math.floor(rest / 32)) {
    text = ID_ALPHABET.charAt(rest % 32) + text
  }
  return text
}

/**
 * Below every identifier made at `timeMs` or later, above every earlier one.
 * @param timeMs milliseconds since 1970
 */
export function idFloor(prefix: string, timeMs: number): string {
  return `${prefix}_${encodeIdTime(Math.max(0, Math.floor(timeMs)))}`
}
