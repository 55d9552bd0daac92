import { MODULATIONS, type Modulation } from './modulation.ts'

/** TCF is 1.5 s ± 10 % of zeros (T.30 §5.3.6.1.3). */
const TCF_DURATION_MS = 1_500

/**
 * T.30 leaves the criterion to the receiver. A second of zeros on end is what most ask for: a line that turns a bit a second
 * would spoil most rows of a page. Some machines begin with a burst of ones, and packets may be lost where the modems' line
 * is sound, so the other half second may be anything.
 */
const ZERO_RUN_MIN_MS = 1_000

export interface TrainingCheck {
  readonly octets: number
  /** Bits, since the last one. */
  readonly zeroRun: number
  readonly longestZeroRun: number
}

export const NO_TRAINING: TrainingCheck = { octets: 0, zeroRun: 0, longestZeroRun: 0 }

/** Octets of a TCF at that speed (T.30 §5.3.6.1.3). */
export function tcfOctets(modulation: Modulation): number {
  return Math.ceil((MODULATIONS[modulation].bitRate * TCF_DURATION_MS) / 8_000)
}

/** Goes on counting over more of a TCF; a run of zeros goes on over the boundary. */
export function countTraining(check: TrainingCheck, octets: Uint8Array): TrainingCheck {
  let { zeroRun, longestZeroRun } = check
  for (const octet of octets) {
    if (octet !== 0) {
      longestZeroRun = Math.max(longestZeroRun, zeroRun + Math.clz32(octet) - 24)
      zeroRun = Math.clz32(octet & -octet) ^ 31
    } else {
      zeroRun += 8
    }
  }
  longestZeroRun = Math.max(longestZeroRun, zeroRun)
  return { octets: check.octets + octets.length, zeroRun, longestZeroRun }
}

/** Whether the longest run of zeros was long enough for the page to be tried at that speed. */
export function isTrained(check: TrainingCheck, modulation: Modulation): boolean {
  return check.longestZeroRun * 1_000 >= MODULATIONS[modulation].bitRate * ZERO_RUN_MIN_MS
}
