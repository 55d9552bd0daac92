import type { LineResolution } from './geometry.ts'

/** Minimum time a receiver needs for a scan line (T.30 table 2, bits 21–23). */
export type ScanLineTimeMs = 0 | 5 | 10 | 20 | 40

/** A receiver's need at 3.85 lines/mm, and whether half of it does at 7.7 and above. */
export interface ScanLineNeed {
  readonly standardMs: ScanLineTimeMs
  readonly isHalvedWhenFine: boolean
}

/** By bits 21, 22, 23 in that order. */
const NEEDS: Readonly<Record<string, ScanLineNeed>> = {
  '000': { standardMs: 20, isHalvedWhenFine: false },
  '001': { standardMs: 40, isHalvedWhenFine: false },
  '010': { standardMs: 10, isHalvedWhenFine: false },
  '100': { standardMs: 5, isHalvedWhenFine: false },
  '011': { standardMs: 10, isHalvedWhenFine: true },
  '110': { standardMs: 20, isHalvedWhenFine: true },
  '101': { standardMs: 40, isHalvedWhenFine: true },
  '111': { standardMs: 0, isHalvedWhenFine: false },
}

const HALF = { 40: 20, 20: 10, 10: 5, 5: 5, 0: 0 } as const

/** @param bits 21 to 23 of DIS (T.30 table 2): all eight values are defined */
export function scanLineNeedOf(bits: string): ScanLineNeed {
  return NEEDS[bits]!
}

/** The inverse of `scanLineNeedOf`; where two values say the same, the first. */
export function bitsOfScanLineNeed(need: ScanLineNeed): string {
  const entry = Object.entries(NEEDS).find(
    ([, known]) =>
      known.standardMs === need.standardMs &&
      (known.isHalvedWhenFine === need.isHalvedWhenFine || need.standardMs === 0 || need.standardMs === 5),
  )
  return entry![0]
}

/** What a page at this resolution has to grant. Bit 46 (half again at 15.4 lines/mm) is not used: the longer time is safe. */
export function scanLineTime(need: ScanLineNeed, resolution: LineResolution): ScanLineTimeMs {
  return need.isHalvedWhenFine && resolution !== 'standard' ? HALF[need.standardMs] : need.standardMs
}

const DCS_BITS: Readonly<Record<ScanLineTimeMs, string>> = {
  20: '000',
  40: '001',
  10: '010',
  5: '100',
  0: '111',
}

/** Bits 21 to 23 of DCS (T.30 table 2). */
export function dcsBitsOf(time: ScanLineTimeMs): string {
  return DCS_BITS[time]
}

/** The combinations a DIS has and a DCS has not are read as the longer time. */
export function scanLineTimeOfDcs(bits: string): ScanLineTimeMs {
  return NEEDS[bits]!.standardMs
}
