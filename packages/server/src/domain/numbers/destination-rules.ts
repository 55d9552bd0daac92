import type { E164 } from './number.ts'

/** Beginnings of E.164 numbers, such as `+1` or `+44`. */
export interface DestinationRules {
  /** Empty or absent: all. */
  readonly allowed?: readonly string[]
  /** Wins over `allowed`. */
  readonly blocked?: readonly string[]
}

export type DestinationRefusal = 'premium' | 'blocked' | 'not_allowed'

export const PREFIX_PATTERN = '^\\+[1-9][0-9]{0,14}$'

/**
 * Ranges where the called party is paid for each minute, and satellite networks, which cost as much: what a stolen key dials.
 * From the numbering plans; an operator adds others to the blocked ones.
 */
const PREMIUM: readonly RegExp[] = [
  // NANP: area code 900, and the exchange 976 of every area code.
  /^\+1900/,
  /^\+1[2-9]\d\d976/,
  // International premium rate (ITU-T E.169.2), shared cost (E.169.3), and satellite networks (E.164.1).
  /^\+979/,
  /^\+808/,
  /^\+870/,
  /^\+88[123]/,
  // Austria, Australia, Belgium, France, Germany, Ireland, Italy, the Netherlands, Spain, Sweden, Switzerland, United Kingdom.
  /^\+43(?:900|901|930|931|939)/,
  /^\+6119/,
  /^\+3290[0-79]/,
  /^\+3389/,
  /^\+49(?:900|137)/,
  /^\+35315[1-9]/,
  /^\+39(?:89|166)/,
  /^\+3190[069]/,
  /^\+34(?:80[367]|905)/,
  /^\+46(?:900|939|944)/,
  /^\+4190[016]/,
  /^\+44(?:9|70)/,
]

/**
 * Why no fax goes to a number, or `undefined`. Both sets of rules must let it through.
 * @param premium whether the operator lets premium ranges through
 */
export function refusalOf(
  number: E164,
  rules: readonly (DestinationRules | undefined)[],
  premium: boolean,
): DestinationRefusal | undefined {
  const startsWith = (prefix: string) => number.startsWith(prefix)
  if (!premium && PREMIUM.some((range) => range.test(number))) return 'premium'
  if (rules.some((each) => each?.blocked?.some(startsWith))) return 'blocked'
  const isOutside = rules.some(
    (each) => each?.allowed && each.allowed.length > 0 && !each.allowed.some(startsWith),
  )
  return isOutside ? 'not_allowed' : undefined
}
