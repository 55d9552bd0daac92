import { SAMPLES_PER_SECOND } from './fax-tones.ts'

/** 10 ms: whole periods of every frequency we look for, and wide enough (±45 Hz at half power) for CNG's ±38 Hz. */
export const BLOCK_SAMPLES = 80
export const BLOCK_MS = 10

/** The power of the samples at one frequency, as a share of `blockPower` of the same block: 1 for a pure tone. */
export function powerShareAt(block: Float64Array, power: number, hertz: number): number {
  if (power === 0) return 0
  const coefficient = 2 * Math.cos((2 * Math.PI * hertz) / SAMPLES_PER_SECOND)
  let before = 0
  let last = 0
  for (let i = 0; i < BLOCK_SAMPLES; i++) {
    const next = block[i]! + coefficient * last - before
    before = last
    last = next
  }
  const squared = last * last + before * before - coefficient * last * before
  // A sine of amplitude A gives (A·n/2)² here and A²/2 as its power.
  return (2 * squared) / (BLOCK_SAMPLES * BLOCK_SAMPLES * power)
}

/** Mean square. */
export function blockPower(block: Float64Array): number {
  let sum = 0
  for (let i = 0; i < BLOCK_SAMPLES; i++) sum += block[i]! * block[i]!
  return sum / BLOCK_SAMPLES
}
