import { MODULATIONS, type Modulation } from './modulation.ts'

/** TCF is 1.5 s ± 10 % of zeros (T.30 §5.3.6.1.3). */
export const TCF_DURATION_MS = 1_500

/** Of the nominal zeros, this share must arrive: packets may be lost where the modems' line is sound. */
const ZERO_SHARE_MIN = 2 / 3
/** Ones say what the line does to the page; T.30 leaves the criterion to the receiver. */
const ONES_SHARE_MAX = 0.01

export interface TrainingCheck {
  readonly octets: number
  readonly ones: number
}

export const NO_TRAINING: TrainingCheck = { octets: 0, ones: 0 }

export function tcfOctets(modulation: Modulation): number {
  return Math.ceil((MODULATIONS[modulation].bitRate * TCF_DURATION_MS) / 8_000)
}

export function countTraining(check: TrainingCheck, octets: Uint8Array): TrainingCheck {
  let ones = check.ones
  for (const octet of octets) for (let rest = octet; rest !== 0; rest &= rest - 1) ones++
  return { octets: check.octets + octets.length, ones }
}

export function isTrained(check: TrainingCheck, modulation: Modulation): boolean {
  const isEnough = check.octets >= tcfOctets(modulation) * ZERO_SHARE_MIN
  return isEnough && check.ones <= check.octets * 8 * ONES_SHARE_MAX
}
