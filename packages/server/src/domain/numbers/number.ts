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

/** A number nobody can be called on, so the sandbox answers it. `code` picks the outcome; see docs/guides/test-mode.md. */
export interface SandboxNumber {
  readonly plan: 'answerback' | 'interfax' | 'sinch'
  readonly code: number
}

/**
 * - `+1 <area> 555 01NN`: 555-0100 to 555-0199 are never assigned (ATIS-0300115), and choose by NN;
 * - `+999-9999-<code>`: InterFAX's simulator, under a country code the ITU keeps in reserve (E.164 list of codes);
 * - `+1 989 898 9898`: the number Sinch's examples send to.
 */
export function sandboxNumber(number: E164): SandboxNumber | undefined {
  const own = /^\+1[2-9]\d{2}55501(\d{2})$/.exec(number)
  if (own) return { plan: 'answerback', code: Number(own[1]) }
  const interfax = /^\+9999999(\d{1,6})$/.exec(number)
  if (interfax) return { plan: 'interfax', code: Number(interfax[1]) }
  return number === '+19898989898' ? { plan: 'sinch', code: 0 } : undefined
}

/** What a list or a log line for people may show: country and the last two digits. */
export function maskNumber(number: string): string {
  return `${number.slice(0, 2)}${'•'.repeat(Math.max(0, number.length - 4))}${number.slice(-2)}`
}
