import { ParseError } from '../../parse-error.ts'
import { LIST_VALUES_MAX, PARAMETERS_MAX } from '../limits.ts'

/**
 * Splits at a separator that stands outside "quotes" and <angle brackets>; parts are trimmed, empty ones left out.
 * An unclosed quote or bracket swallows the rest, as a tolerant reader must not guess where it should have ended.
 */
function splitOutside(text: string, separator: string, max: number, field: string): string[] {
  const parts: string[] = []
  let start = 0
  let quoted = false
  let angled = false
  for (let i = 0; i <= text.length; i++) {
    const char = text[i]
    if (quoted) {
      if (char === '\\') i++
      else if (char === '"') quoted = false
      if (i < text.length) continue
    } else if (char === '"') {
      quoted = true
      continue
    } else if (char === '<') angled = true
    else if (char === '>') angled = false
    if (i < text.length && (char !== separator || angled)) continue
    const part = text.slice(start, i).trim()
    start = i + 1
    if (part === '') continue
    if (parts.length === max) throw new ParseError(field, start, 'has too many values')
    parts.push(part)
  }
  return parts
}

/** The values of a comma-separated header line. */
export function splitList(value: string, field: string): string[] {
  return splitOutside(value, ',', LIST_VALUES_MAX, field)
}

/** A value and its `;name=value` parameters; names in lower case, quotes taken off, a bare name is ''. */
interface WithParameters {
  readonly value: string
  readonly parameters: ReadonlyMap<string, string>
}

/** Reads `value;a=1;b="x y";c`. The first spelling of a repeated parameter wins. */
export function splitParameters(text: string, field: string): WithParameters {
  const [value = '', ...rest] = splitOutside(text, ';', PARAMETERS_MAX, field)
  return text.trimStart().startsWith(';')
    ? { value: '', parameters: readPairs([value, ...rest]) }
    : { value, parameters: readPairs(rest) }
}

/** Reads `a=1, b="x"` or the parts of a parameter list. */
export function readPairs(parts: readonly string[]): ReadonlyMap<string, string> {
  const pairs = new Map<string, string>()
  for (const part of parts) {
    const equals = part.indexOf('=')
    const name = (equals < 0 ? part : part.slice(0, equals)).trim().toLowerCase()
    if (name === '' || pairs.has(name)) continue
    pairs.set(name, equals < 0 ? '' : unquote(part.slice(equals + 1).trim()))
  }
  return pairs
}

/** Text without its surrounding quotes and escapes; text that is not quoted comes back as it is. */
export function unquote(text: string): string {
  if (text.length < 2 || text[0] !== '"' || text.at(-1) !== '"') return text
  return text.slice(1, -1).replace(/\\(.)/g, '$1')
}

/** Quotes a value of ours. */
export function quote(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&')}"`
}

/**
 * A decimal number of a header, or undefined when it is not one. Digits past the twelfth make it too large for
 * anything we count, and it is held at `max`.
 */
export function readNumber(text: string | undefined, max: number): number | undefined {
  if (text === undefined) return undefined
  const digits = /^\s{0,9}(\d{1,40})/.exec(text)?.[1]
  return digits === undefined ? undefined : Math.min(Number(digits), max)
}
