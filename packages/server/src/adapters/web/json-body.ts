import { Problem } from '../../domain/problem/problem.ts'

/** Deeper than any request of this API; a document is a string, so its depth is 0. */
const DEPTH_MAX = 16
const UTF8 = new TextDecoder('utf-8', { fatal: true })

/**
 * Reads a JSON body (RFC 8259), UTF-8 only. Throws `Problem` without quoting the body: `JSON.parse` does quote it.
 * Keys that could reach a prototype are refused.
 */
export function parseJsonBody(bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined
  let value: unknown
  try {
    value = JSON.parse(UTF8.decode(bytes))
  } catch {
    throw new Problem('request.invalid', { detail: 'The body is not valid JSON in UTF-8.' })
  }
  assertBounded(value)
  return value
}

function assertBounded(root: unknown): void {
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
      for (const child of Object.values(value))
        if (child !== null && typeof child === 'object') next.push(child)
    }
    level = next
  }
}
