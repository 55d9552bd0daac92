/** Keys in order of the time they are due: a binary heap whose stale entries are skipped. */
export class WakeQueue {
  readonly #heap: { readonly dueMs: number; readonly key: string }[] = []
  readonly #due = new Map<string, number>()

  /** Replaces the key's time; infinity takes it out. */
  set(key: string, dueMs: number): void {
    const known = this.#due.get(key)
    if (known === dueMs) return
    if (dueMs === Number.POSITIVE_INFINITY) {
      this.#due.delete(key)
      return
    }
    this.#due.set(key, dueMs)
    this.#push({ dueMs, key })
  }

  get nextMs(): number {
    this.#dropStale()
    return this.#heap[0]?.dueMs ?? Number.POSITIVE_INFINITY
  }

  /** The next key due by then, taken out. */
  take(nowMs: number): string | undefined {
    this.#dropStale()
    const first = this.#heap[0]
    if (!first || first.dueMs > nowMs) return undefined
    this.#pop()
    this.#due.delete(first.key)
    return first.key
  }

  #dropStale(): void {
    for (
      let first = this.#heap[0];
      first && this.#due.get(first.key) !== first.dueMs;
      first = this.#heap[0]
    ) {
      this.#pop()
    }
  }

  #push(entry: { readonly dueMs: number; readonly key: string }): void {
    const heap = this.#heap
    let at = heap.push(entry) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (heap[parent]!.dueMs <= entry.dueMs) break
      heap[at] = heap[parent]!
      at = parent
    }
    heap[at] = entry
  }

  #pop(): void {
    const heap = this.#heap
    const last = heap.pop()!
    if (heap.length === 0) return
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && heap[child + 1]!.dueMs < heap[child]!.dueMs) child++
      if (heap[child]!.dueMs >= last.dueMs) break
      heap[at] = heap[child]!
      at = child
    }
    heap[at] = last
  }
}
