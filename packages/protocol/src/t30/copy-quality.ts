import type { ReceivedPage } from './received-page.ts'

/** When a page without ECM is good enough to confirm (T.30 leaves it to the receiver; HylaFAX starts at the same figures). */
export interface CopyQuality {
  /** 0–1; also of the page's packets that the network may lose: rows that went with them leave no trace to count. */
  readonly badRowShareMax: number
  /** At standard resolution; finer rows are counted as the height they cover. */
  readonly badRowsInSequenceMax: number
}

export const DEFAULT_COPY_QUALITY: CopyQuality = { badRowShareMax: 0.05, badRowsInSequenceMax: 5 }

const ROWS_PER_STANDARD_ROW = { standard: 1, fine: 2, superfine: 4, dpi300: 3, dpi400: 4 } as const

/**
 * MCF, or RTN: train again and repeat the page. A page without any readable row is never confirmed.
 * @param packets of the page's image that came
 */
export function judgeCopy(page: ReceivedPage, packets: number, quality: CopyQuality): 'MCF' | 'RTN' {
  const { rows, damage, resolution } = page
  if (rows === 0 || damage.isTruncated) return 'RTN'
  if (damage.gaps > (damage.gaps + packets) * quality.badRowShareMax) return 'RTN'
  const sequenceMax = quality.badRowsInSequenceMax * ROWS_PER_STANDARD_ROW[resolution]
  const isGood = damage.badRows <= rows * quality.badRowShareMax && damage.longestBadRun <= sequenceMax
  return isGood ? 'MCF' : 'RTN'
}
