import { Problem } from '../../domain/problem/problem.ts'

/** Deeper than any request of this API; a document is a string, so its depth is 0. */
const DEPTH_MAX = 16
/**
 * More values than any request of this API has: two hundred recipients with all their fields are four thousand. Seventy megabytes of `1,1,1,…` would
 * be thirty-five million, and as many errors of validation, which is more than this process has memory for.
 */
const VALUES_MAX = 20_000
/** What may stand outside texts: that many values, generously indented. Megabytes belong into texts. */
const OUTSIDE_BYTES_MAX = 2 * 1024 * 1024
const UTF8 = new TextDecoder('utf-8', { fatal: true })

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const ARRAY = 0x5b
const OBJECT = 0x7b

/**
 * Reads a JSON body (RFC 8259), UTF-8 only. Throws `Problem` without quoting the body: `JSON.parse` does quote it.
 * Keys that could reach a prototype are refused, halves of characters (RFC 8259 §8.2), which no database holds, and a body of more values than any request has, before it is parsed.
 */
export function parseJsonBody(bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined
  if (hasTooManyValues(bytes)) {
    throw new Problem('request.invalid', {
      detail: `The body holds more than ${VALUES_MAX} values, or megabytes of blanks.`,
    })
  }
  let value: unknown
  try {
    value = JSON.parse(UTF8.decode(bytes))
  } catch {
    throw new Problem('request.invalid', { detail: 'The body is not valid JSON in UTF-8.' })
  }
  assertBounded(value)
  return value
}

/** Counts what begins a value, and every quote, so that no step is taken more often than the limits; a document is one step. */
function hasTooManyValues(bytes: Buffer): boolean {
  let count = 0
  let outside = 0
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at]
    outside += 1
    if (byte === COMMA || byte === ARRAY || byte === OBJECT) count += 1
    if (byte === QUOTE) {
      do {
        at = bytes.indexOf(QUOTE, at + 1)
        if (at === -1) return false
        count += 1
      } while (isEscaped(bytes, at) && count <= VALUES_MAX)
    }
    if (count > VALUES_MAX || outside > OUTSIDE_BYTES_MAX) return true
  }
  return false
}

function isEscaped(bytes: Buffer, at: number): boolean {
  let from = at
  while (bytes[from - 1] === BACKSLASH) from -= 1
  return (at - from) % 2 === 1
}

function assertWellFormed(text: string): void {
  if (text.isWellFormed()) return
  throw new Problem('request.invalid', { detail: 'A text holds half of a character: a lone surrogate.' })
}

function assertBounded(root: unknown): void {
  if (typeof root === 'string') assertWellFormed(root)
  let level: unknown[] = [root]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEPTH_MAX) {
      throw new Problem('request.invalid', { detail: `The body is nested deeper than ${DEPTH_MAX} levels.` })
    }
    const next: unknown[] = []
    for (const value of level) {
      if (value === null || typeof value !== 'object') continue
      if (Object.hasOwn(value, '__proto__')) {
        throw new Problem('request.invalid', { detail: 'The body has a reserved key.' })
      }
      for (const [key, child] of Object.entries(value)) {
        assertWellFormed(key)
        if (typeof child === 'string') assertWellFormed(child)
        else if (child !== null && typeof child === 'object') next.push(child)
      }
    }
    level = next
  }
}
