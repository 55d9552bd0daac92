import type { Timeline } from '../../../domain/attempts/timeline.ts'
import { maskNumber } from '../../../domain/numbers/number.ts'

/** @param showNumbers whether the reader may see whole telephone numbers: what machines call themselves (CSI, TSI) is one as a rule */
export function timelineView(timeline: Timeline | null, showNumbers: boolean) {
  if (timeline === null) return null
  const entries = timeline.entries.map((entry) => {
    const id = entry.detail?.id
    if (showNumbers || typeof id !== 'string') return { ...entry }
    return { ...entry, detail: { ...entry.detail, id: maskNumber(id) } }
  })
  return { entries, cut: timeline.cut }
}
