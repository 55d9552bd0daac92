import type { TimelineEntry } from '@answerback/protocol/t30/timeline'

/** A call's timeline as it is kept: bounded, whatever the far end did. */
export interface Timeline {
  readonly entries: readonly TimelineEntry[]
  /** Entries left out of the middle. */
  readonly cut: number
}

/** A call of 100 pages is about 3,000 frames; how it began and how it ended is what people look for. */
const FIRST_MAX = 3_000
const LAST_MAX = 1_000
const WORD_MAX = 64
const DETAILS_MAX = 16
const TEXT_MAX = 200

/** @param cutBefore entries the line has left out already */
export function boundTimeline(entries: readonly TimelineEntry[], cutBefore = 0): Timeline {
  const cut = Math.max(0, entries.length - FIRST_MAX - LAST_MAX)
  const kept = cut === 0 ? entries : [...entries.slice(0, FIRST_MAX), ...entries.slice(-LAST_MAX)]
  return { entries: kept.map(boundEntry), cut: cut + cutBefore }
}

function boundEntry({ atMs, direction, what, detail }: TimelineEntry): TimelineEntry {
  const short = { atMs: Math.round(atMs), direction, what: what.slice(0, WORD_MAX) }
  if (detail === undefined) return short
  const details = Object.entries(detail)
    .slice(0, DETAILS_MAX)
    .map(([name, value]) => [name, typeof value === 'string' ? value.slice(0, TEXT_MAX) : value])
  return { ...short, detail: Object.fromEntries(details) }
}
