import { FULL_SCALE_DBM0, FULL_SCALE_PEAK } from './g711.ts'

/** What a fax machine sends on an audio call before any modem. */
export type FaxTone = 'cng' | 'ced' | 'ced_with_reversals'

export const SAMPLES_PER_SECOND = 8000

/**
 * One sample of a tone, `index` samples after it began; zeros outside. CNG goes on and on: 1100 Hz, 0.5 s on,
 * 3 s off (T.30 §4). CED is one stretch of 2100 Hz between 2.6 and 4 s long; with its
 * phase turned over every 450 ms (V.25) it also switches echo cancellers off, which helps modems, not T.38.
 */
export function faxToneSample(tone: FaxTone, index: number): number {
  if (index < 0) return 0
  if (tone === 'cng') {
    const inPeriod = index % CNG_PERIOD_SAMPLES
    return inPeriod < CNG_ON_SAMPLES ? sine(CNG_HZ, inPeriod) : 0
  }
  if (index >= CED_SAMPLES) return 0
  const isTurned = tone === 'ced_with_reversals' && Math.floor(index / REVERSAL_SAMPLES) % 2 === 1
  return isTurned ? -sine(CED_HZ, index) : sine(CED_HZ, index)
}

export const CNG_HZ = 1100
export const CED_HZ = 2100

function sine(hertz: number, index: number): number {
  return Math.round(PEAK * Math.sin((2 * Math.PI * hertz * index) / SAMPLES_PER_SECOND))
}

/** -12 dBm0: what T.30's -12 to -15 dBm at the terminal comes to, and clear of both clipping and noise. */
const PEAK = FULL_SCALE_PEAK * 10 ** ((-12 - FULL_SCALE_DBM0) / 20)

const CNG_ON_SAMPLES = 0.5 * SAMPLES_PER_SECOND
const CNG_PERIOD_SAMPLES = 3.5 * SAMPLES_PER_SECOND
const CED_SAMPLES = 3 * SAMPLES_PER_SECOND
const REVERSAL_SAMPLES = 0.45 * SAMPLES_PER_SECOND
