/** The two laws of G.711 between 16-bit samples and octets. */
export type G711Law = 'PCMU' | 'PCMA'

/** The sample in the middle of an octet's interval. */
export function decodeG711(law: G711Law, octets: Uint8Array): Int16Array {
  const table = law === 'PCMU' ? MU_LAW : A_LAW
  const samples = new Int16Array(octets.length)
  for (let i = 0; i < octets.length; i++) samples[i] = table[octets[i]!]!
  return samples
}

/** One octet a sample of 16-bit linear sound, 8,000 of them a second (G.711). */
export function encodeG711(law: G711Law, samples: Int16Array): Uint8Array {
  const encode = law === 'PCMU' ? encodeMuLaw : encodeALaw
  const octets = new Uint8Array(samples.length)
  for (let i = 0; i < samples.length; i++) octets[i] = encode(samples[i]!)
  return octets
}

/** The loudest sine a law can carry, in dBm0 (G.711: 3.17 for µ-law, 3.14 for A-law), and its peak. */
export const FULL_SCALE_DBM0 = 3.17
export const FULL_SCALE_PEAK = 32_124

/**
 * µ-law works on 14 bits, biased by 33 so that its eight segments double in width from the first bit on
 * (G.711 table 2a); here all is four times that, for 16-bit samples. Octets go inverted on the line.
 */
function encodeMuLaw(sample: number): number {
  const magnitude = Math.min(Math.abs(sample), MU_LAW_CLIP) + MU_LAW_BIAS
  const segment = 24 - Math.clz32(magnitude)
  const octet = (sample < 0 ? 0x80 : 0) | (segment << 4) | ((magnitude >>> (segment + 3)) & 0x0f)
  return octet ^ 0xff
}

/** A-law works on 13 bits, its first two segments equally wide (G.711 table 1a); even bits go inverted on the line. */
function encodeALaw(sample: number): number {
  const isNegative = sample < 0
  // Intervals touch at zero, so that of -1 to -16 is the first negative one.
  const magnitude = (isNegative ? ~sample : sample) >>> 4
  const segment = Math.max(0, 28 - Math.clz32(magnitude))
  const mantissa = (magnitude >>> Math.max(0, segment - 1)) & 0x0f
  return ((isNegative ? 0 : 0x80) | (segment << 4) | mantissa) ^ 0x55
}

const MU_LAW_BIAS = 33 * 4
const MU_LAW_CLIP = 8158 * 4

const MU_LAW = Int16Array.from({ length: 256 }, (_, octet) => {
  const code = octet ^ 0xff
  const magnitude = ((((code & 0x0f) << 3) + MU_LAW_BIAS) << ((code >>> 4) & 7)) - MU_LAW_BIAS
  return code & 0x80 ? -magnitude : magnitude
})

const A_LAW = Int16Array.from({ length: 256 }, (_, octet) => {
  const code = octet ^ 0x55
  const segment = (code >>> 4) & 7
  const half = ((code & 0x0f) << 4) + 8
  const magnitude = segment === 0 ? half : (half + 0x100) << (segment - 1)
  return code & 0x80 ? magnitude : -magnitude
})
