/** `'c0 01'` for two octets. */
export function hex(octets: Uint8Array): string {
  return Array.from(octets, (octet) => octet.toString(16).padStart(2, '0')).join(' ')
}

export function unhex(text: string): Uint8Array {
  return Uint8Array.from(text.split(' ').filter(Boolean), (octet) => Number.parseInt(octet, 16))
}
