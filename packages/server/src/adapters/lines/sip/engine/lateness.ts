/** How late the engine was with what was due, for the metrics and the bench: a histogram of whole milliseconds. */
export class Lateness {
  readonly #counts = new Uint32Array(1_000)
  #total = 0

  add(lateMs: number): void {
    const slot = Math.min(this.#counts.length - 1, Math.max(0, Math.floor(lateMs)))
    this.#counts[slot]!++
    this.#total++
  }

  /** @param share 0–1 @returns milliseconds */
  quantile(share: number): number {
    let seen = 0
    for (const [ms, count] of this.#counts.entries()) {
      seen += count
      if (seen >= this.#total * share) return ms
    }
    return 0
  }
}
