/** PDF knows no exponents (ISO 32000-1 §7.3.3). Thousandths of a point are more than any printer has. */
export function decimal(value: number): string {
  return value.toFixed(3)
}

/** A hexadecimal string (ISO 32000-1 §7.3.4.3), brackets included. */
export function hex(bytes: Uint8Array): string {
  return `<${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')}>`
}

/** What a literal string holds for these bytes (ISO 32000-1 §7.3.4.2), brackets not included. A bare CR would be read as LF. */
export function literal(bytes: string): string {
  return bytes.replaceAll(/[()\\]/g, '\\$&').replaceAll('\r', '\\r')
}

/** A text string as UTF-16BE with its mark (ISO 32000-1 §7.9.2.2), so that nothing in it needs an escape. */
export function textString(text: string): string {
  return hex(Buffer.from(`\ufeff${text}`, 'utf16le').swap16())
}

/** ISO 32000-1 §7.9.4, in UTC and to the second. */
export function dateString(date: Date): string {
  return `(D:${isoSeconds(date).replaceAll(/[-:T]/g, '')})`
}

/** `2026-01-31T23:59:59Z`. @throws RangeError for a date that is none, or outside the years 0 to 9999 */
export function isoSeconds(date: Date): string {
  const iso = date.toISOString()
  if (iso.length !== 24) throw new RangeError('A date in a PDF has a year of four digits.')
  return `${iso.slice(0, 19)}Z`
}
