/** Octets as spandsp and most books print them, the first bit on the wire as the least significant, in our order. */
export function fromBook(text: string): Uint8Array {
  return Uint8Array.from(text.split(' '), (octet) => {
    const bits = Number.parseInt(octet, 16).toString(2).padStart(8, '0')
    return Number.parseInt([...bits].reverse().join(''), 2)
  })
}

/** The bits that are set, numbered from 1 in the order they leave. */
export function bitsSet(octets: Uint8Array): number[] {
  return [...octets].flatMap((octet, index) =>
    Array.from({ length: 8 }, (_, bit) => (octet & (0x80 >> bit) ? index * 8 + bit + 1 : 0)).filter(Boolean),
  )
}

/** An information field with these bits set, and the extend bits that their places need. */
export function withBits(...numbers: readonly number[]): Uint8Array {
  const octets = new Uint8Array(Math.max(3, Math.ceil(Math.max(0, ...numbers) / 8)))
  const extend = Array.from({ length: octets.length - 3 }, (_, i) => (i + 3) * 8)
  for (const number of [...numbers, ...extend]) octets[(number - 1) >> 3]! |= 0x80 >> ((number - 1) & 7)
  return octets
}
