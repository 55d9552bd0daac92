import { DocumentRefusal } from './refusal.ts'

/** Standard and URL-safe alphabets (RFC 4648 §4 and §5), padding only at the end. */
const BASE64_TEXT = /^[A-Za-z0-9+/_-]*={0,2}$/
/** `data:application/pdf;name=x;base64,` (RFC 2397); bounded, so that the prefix cannot hide a document. */
const DATA_URI_PREFIX = /^data:[^,]{0,200};base64,/i
const PREFIX_CHARACTERS_MAX = 220

/**
 * Decodes base64 text into at most `bytesMax` bytes.
 *
 * Accepts a data-URI prefix, the URL-safe alphabet, white space anywhere and missing padding; anything else is
 * refused rather than skipped, because a decoder that skips turns a damaged upload into a different document.
 *
 * Throws `DocumentRefusal`: `document.too_large`, or `document.corrupt` when the text is not base64.
 */
export function decodeBase64(text: string, bytesMax: number): Uint8Array {
  // Lines of 76 characters cost 3 % (RFC 2045 §6.8); twice the length allows for any sane folding.
  if (text.length > 2 * encodedLength(bytesMax) + PREFIX_CHARACTERS_MAX) throw tooLarge(bytesMax)
  const digits = withoutWhiteSpace(withoutPrefix(text))
  if (!BASE64_TEXT.test(digits)) throw corrupt('has characters that are not base64')
  const unpadded = digits.length - (digits.endsWith('==') ? 2 : digits.endsWith('=') ? 1 : 0)
  const isPadded = unpadded !== digits.length
  if (unpadded % 4 === 1 || (isPadded && digits.length % 4 !== 0))
    throw corrupt('ends in the middle of a byte')
  const byteLength = Math.floor((unpadded * 3) / 4)
  if (byteLength > bytesMax) throw tooLarge(bytesMax)
  const bytes = Buffer.from(digits, 'base64')
  if (bytes.length !== byteLength) throw corrupt('is not base64')
  return bytes
}

function withoutPrefix(text: string): string {
  const prefix = DATA_URI_PREFIX.exec(text.slice(0, PREFIX_CHARACTERS_MAX + 32).trimStart())
  return prefix ? text.trimStart().slice(prefix[0].length) : text
}

function withoutWhiteSpace(text: string): string {
  return /\s/.test(text) ? text.replace(/\s+/g, '') : text
}

function encodedLength(byteLength: number): number {
  return Math.ceil(byteLength / 3) * 4
}

function corrupt(why: string): DocumentRefusal {
  return new DocumentRefusal(
    'document.corrupt',
    `The document's base64 text ${why}: encode the file again and resend.`,
  )
}

function tooLarge(bytesMax: number): DocumentRefusal {
  return new DocumentRefusal('document.too_large', `The document is larger than ${bytesMax} bytes.`)
}
