/**
 * Reads `Retry-After` (RFC 9110 §10.2.3): whole seconds or an HTTP date. Milliseconds from `now`; `undefined` when the
 * field is neither or names a time gone by.
 */
export function parseRetryAfter(field: string, now: Date): number | undefined {
  const text = field.trim()
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000
  if (!/^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(text)) return undefined
  const wait = Date.parse(text) - now.getTime()
  return wait > 0 ? wait : undefined
}
