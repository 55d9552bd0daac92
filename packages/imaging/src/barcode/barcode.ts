/** Kinds of code that are looked for: those of which no page of text, tables or noise showed one (bench/barcode.ts). */
export type BarcodeFormat = 'QRCode' | 'DataMatrix' | 'Aztec' | 'PDF417' | 'Code128' | 'Code39'

/** A code found on a page. Untrusted: whoever sent the page chose its text. */
export interface Barcode {
  readonly format: BarcodeFormat
  /** At most 1,024 characters, without controls. */
  readonly text: string
  /** The box around it in pels and rows of the page as it was received; `right` and `bottom` lie outside. */
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}
