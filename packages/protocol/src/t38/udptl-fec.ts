/** Parities reach this many packets back at most: span times entries. Asterisk and spandsp keep 16. */
export const FEC_REACH_MAX = 64

/** Which packets parity `m` of `count` in datagram `sequence` is the XOR of, oldest first; not wrapped. */
export function fecMembers(sequence: number, span: number, count: number, m: number): number[] {
  const first = sequence - span * count + m
  return Array.from({ length: span }, (_, j) => first + j * count)
}

/** As long as the longest; shorter ones count as followed by zeros. */
export function xorPackets(packets: readonly Uint8Array[]): Uint8Array {
  let longest = 0
  for (const packet of packets) longest = Math.max(longest, packet.length)
  const sum = new Uint8Array(longest)
  for (const packet of packets) for (let i = 0; i < packet.length; i++) sum[i]! ^= packet[i]!
  return sum
}
