import type { TimelineEntry } from '../t30/timeline.ts'

/** A call of hundreds of pages has some thousand frames; what is beyond is noise that repeats. */
const ENTRIES_MAX = 4_000

/** Gathers what happened in a call. The beginning is kept when there is too much. */
export class TimelineRecorder {
  readonly #startMs: number
  readonly entries: TimelineEntry[] = []
  cut = 0

  constructor(startMs: number) {
    this.#startMs = startMs
  }

  add(entry: TimelineEntry): void {
    if (this.entries.length < ENTRIES_MAX) this.entries.push(entry)
    else this.cut++
  }

  tell(
    nowMs: number,
    direction: TimelineEntry['direction'],
    what: string,
    detail?: TimelineEntry['detail'],
  ): void {
    this.add({ atMs: Math.round(nowMs - this.#startMs), direction, what, ...(detail && { detail }) })
  }
}
