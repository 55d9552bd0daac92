/** Decimal digits, each as likely as the others: a byte above 249 is drawn anew, for 250 is the last multiple of ten. */
export function randomDigits(random: { bytes(length: number): Uint8Array }, count: number): string {
  let digits = ''
  while (digits.length < count) {
    for (const byte of random.bytes(count)) {
      if (byte < 250 && digits.length < count) digits += byte % 10
    }
  }
  return digits
}
