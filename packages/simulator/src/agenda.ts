interface Entry {
  readonly atMs: number
  readonly happen: (nowMs: number) => void
}

/** What is to happen, in order of time and then of making. A call has about a dozen things ahead, so a list will do. */
export class Agenda {
  readonly #entries: Entry[] = []

  /** Infinity when nothing is ahead. */
  get nextMs(): number {
    return this.#entries[0]?.atMs ?? Number.POSITIVE_INFINITY
  }

  add(atMs: number, happen: Entry['happen']): void {
    let place = this.#entries.length
    while (place > 0 && this.#entries[place - 1]!.atMs > atMs) place--
    this.#entries.splice(place, 0, { atMs, happen })
  }

  runDue(nowMs: number): void {
    while (this.nextMs <= nowMs) this.#entries.shift()!.happen(nowMs)
  }
}
