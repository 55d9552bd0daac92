import type { Timers } from '@answerback/imaging/raster/timers'

/** Deadlines that pass when a test says so. */
export class FakeTimers implements Timers {
  readonly #pending = new Set<() => void>()

  after(_ms: number, fire: () => void): () => void {
    this.#pending.add(fire)
    return () => this.#pending.delete(fire)
  }

  get pending(): number {
    return this.#pending.size
  }

  passAll(): void {
    for (const fire of [...this.#pending]) fire()
    this.#pending.clear()
  }
}
