/** A telephone number in E.164 (ITU-T E.164 §6.2.1: at most 15 digits), with its leading `+`. */
export type E164 = string & { readonly __e164: unique symbol }

const E164_PATTERN = /^\+[1-9]\d{6,14}$/

/**
 * Reads what people type: spaces, dots, hyphens, parentheses and the `00` prefix are tolerated; a bare ten-digit
 * number is North American when it can be (NANP: NXX-NXX-XXXX). Anything else is not guessed at: `undefined`.
 */
export function parseNumber(text: string): E164 | undefined {
  if (text.length > 40) return undefined
  const compact = text.trim().replace(/[\s().\-/\u00a0]/g, '')
  const international = compact.startsWith('00') ? `+${compact.slice(2)}` : compact
  if (E164_PATTERN.test(international)) return isPossible(international) ? (international as E164) : undefined
  if (/^[2-9]\d{2}[2-9]\d{6}$/.test(compact)) return `+1${compact}` as E164
  if (/^1[2-9]\d{2}[2-9]\d{6}$/.test(compact)) return `+${compact}` as E164
  return undefined
}

/** Country code 1 has one shape; other plans are left to the network. */
function isPossible(number: string): boolean {
  return !number.startsWith('+1') || /^\+1[2-9]\d{2}[2-9]\d{6}$/.test(number)
}

/** `+1 <area> 555 01NN`: never assigned to anybody (ATIS-0300115), so the sandbox answers it. */
export function sandboxCode(number: E164): number | undefined {
  const match = /^\+1[2-9]\d{2}55501(\d{2})$/.exec(number)
  return match ? Number(match[1]) : undefined
}

/** What a list or a log line for people may show: country and the last two digits. */
export function maskNumber(number: string): string {
  return `${number.slice(0, 2)}${'•'.repeat(Math.max(0, number.length - 4))}${number.slice(-2)}`
}
