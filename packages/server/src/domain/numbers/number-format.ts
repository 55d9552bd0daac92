import { type E164, parseNumber } from './number.ts'

/** How a trunk wants numbers dialled, and how it tells them of a call that comes in. */
export type NumberFormat =
  /** `+12025550100` */
  | { readonly style: 'e164' }
  /** `12025550100` */
  | { readonly style: 'e164_no_plus' }
  /** As people of `countryCode` dial: `nationalPrefix` before numbers of that country, `internationalPrefix` before others. */
  | {
      readonly style: 'national'
      readonly countryCode: string
      readonly nationalPrefix: string
      readonly internationalPrefix: string
    }
  /** All digits after a prefix, such as an access or technical prefix: `9` and `12025550100`. */
  | { readonly style: 'digits'; readonly prefix: string }

/** A number as the trunk wants it in a request URI: digits, with a leading `+` in the style `e164` alone. */
export function formatDialled(format: NumberFormat, number: E164): string {
  const digits = number.slice(1)
  switch (format.style) {
    case 'e164':
      return number
    case 'e164_no_plus':
      return digits
    case 'digits':
      return format.prefix + digits
    case 'national':
      return digits.startsWith(format.countryCode)
        ? format.nationalPrefix + digits.slice(format.countryCode.length)
        : format.internationalPrefix + digits
  }
}

/**
 * The number that a trunk means by what stands in an INVITE. A leading `+` is E.164 whatever the style; anything that does not
 * come out as a possible number is `undefined`.
 */
export function parseDialled(format: NumberFormat, text: string): E164 | undefined {
  if (!/^\+?\d{3,20}$/.test(text)) return undefined
  return parseNumber(text.startsWith('+') ? text : `+${internationalDigits(format, text)}`)
}

function internationalDigits(format: NumberFormat, digits: string): string {
  switch (format.style) {
    case 'e164':
    case 'e164_no_plus':
      return digits
    case 'digits':
      return withoutPrefix(digits, format.prefix)
    case 'national': {
      const { countryCode, nationalPrefix, internationalPrefix } = format
      if (internationalPrefix !== '' && digits.startsWith(internationalPrefix)) {
        return digits.slice(internationalPrefix.length)
      }
      return countryCode + withoutPrefix(digits, nationalPrefix)
    }
  }
}

function withoutPrefix(digits: string, prefix: string): string {
  return digits.startsWith(prefix) ? digits.slice(prefix.length) : digits
}
