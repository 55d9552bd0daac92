export interface Alarm {
  readonly atMs: number
  /** Breaks ties: alarms of one instant ring in the order they were set. */
  readonly order: number
  readonly ring: () => void
  isSet: boolean
}

/** Deadlines in a binary heap. Time is told by the caller; cancelled alarms leave when they come to the top. */
export class Alarms {
  #heap: Alarm[] = []
  #order = 0
  #set = 0

  set(atMs: number, ring: () => void): Alarm {
    const alarm = { atMs, order: this.#order++, ring, isSet: true }
    this.#heap.push(alarm)
    this.#set++
    this.#rise(this.#heap.length - 1)
    return alarm
  }

  cancel(alarm: Alarm | undefined): void {
    if (alarm === undefined || !alarm.isSet) return
    alarm.isSet = false
    this.#set--
    // Calls come and go long before their longest timers: without this the heap would hold mostly cancelled ones.
    if (this.#heap.length > 64 && this.#heap.length > 4 * this.#set) this.#rebuild()
  }

  /** When the next alarm is due, or Infinity. */
  get nextMs(): number {
    this.#drop()
    return this.#heap[0]?.atMs ?? Number.POSITIVE_INFINITY
  }

  /** Takes the next alarm that is due. */
  takeDue(nowMs: number): Alarm | undefined {
    this.#drop()
    const top = this.#heap[0]
    if (top === undefined || top.atMs > nowMs) return undefined
    this.#pop()
    top.isSet = false
    this.#set--
    return top
  }

  #drop(): void {
    while (this.#heap.length > 0 && !this.#heap[0]!.isSet) this.#pop()
  }

  #rebuild(): void {
    this.#heap = this.#heap.filter((alarm) => alarm.isSet).sort((a, b) => (before(a, b) ? -1 : 1))
  }

  #pop(): void {
    const last = this.#heap.pop()!
    if (this.#heap.length === 0) return
    this.#heap[0] = last
    this.#sink(0)
  }

  #rise(from: number): void {
    const heap = this.#heap
    for (let i = from; i > 0; ) {
      const parent = (i - 1) >> 1
      if (!before(heap[i]!, heap[parent]!)) return
      ;[heap[i], heap[parent]] = [heap[parent]!, heap[i]!]
      i = parent
    }
  }

  #sink(from: number): void {
    const heap = this.#heap
    for (let i = from; ; ) {
      let least = i
      for (const child of [2 * i + 1, 2 * i + 2]) {
        if (child < heap.length && before(heap[child]!, heap[least]!)) least = child
      }
      if (least === i) return
      ;[heap[i], heap[least]] = [heap[least]!, heap[i]!]
      i = least
    }
  }
}

function before(a: Alarm, b: Alarm): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order)
}
