import type { TimelineEntry } from '../t30/timeline.ts'

/** How a call began and how it ended is what people look for: what a very long one had in between is left out. */
const FIRST_MAX = 3_000
const LAST_MAX = 1_000

/** Gathers what happened in a call, within bounds. */
export class TimelineRecorder {
  readonly #startMs: number
  readonly #first: TimelineEntry[] = []
  #last: TimelineEntry[] = []
  #added = 0

  constructor(startMs: number) {
    this.#startMs = startMs
  }

  get entries(): readonly TimelineEntry[] {
    return [...this.#first, ...this.#last.slice(-LAST_MAX)]
  }

  /** Entries left out of the middle. */
  get cut(): number {
    return this.#added - this.#first.length - Math.min(this.#last.length, LAST_MAX)
  }

  add(entry: TimelineEntry): void {
    this.#added++
    if (this.#first.length < FIRST_MAX) this.#first.push(entry)
    else this.#last.push(entry)
    // Twice the room, so that entries are moved once in a thousand.
    if (this.#last.length >= 2 * LAST_MAX) this.#last = this.#last.slice(-LAST_MAX)
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
