/** RFC 5321 §4.5.3.1.3: a path of 256 octets, two of them the angle brackets. */
const LENGTH_MAX = 254
const LOCAL = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
const LABEL = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?'
const SHAPE = new RegExp(`^${LOCAL}@${LABEL}(?:\\.${LABEL})*$`)

/**
 * Whether a text is one plain mail address (RFC 5321 §4.1.2 without quoted local parts and address literals): no name, no list, no
 * comment, and nothing that could end a header line.
 */
export function isEmailAddress(text: string): boolean {
  return text.length <= LENGTH_MAX && text.indexOf('@') <= 64 && SHAPE.test(text)
}

/** What may be shown of one: enough for its owner to know it. */
export function maskEmail(address: string): string {
  const at = address.lastIndexOf('@')
  return `${address.slice(0, 1)}•••${address.slice(at)}`
}
