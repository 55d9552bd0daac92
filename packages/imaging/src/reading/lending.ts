import { PageUnread } from './page-unread.ts'

/** Things of which each does one piece of work at a time; who comes when all are lent waits, first come first served. */
export class Lending<Thing> {
  readonly #idle: Thing[]
  #waiting: { readonly take: (thing: Thing) => void; readonly refuse: (error: unknown) => void }[] = []
  #closed = false

  constructor(things: readonly Thing[]) {
    this.#idle = [...things]
  }

  /** Throws the signal's reason when it is aborted before a thing is free, and `PageUnread` `closed`. */
  async use<Result>(signal: AbortSignal, work: (thing: Thing) => Promise<Result>): Promise<Result> {
    const thing = await this.#take(signal)
    try {
      return await work(thing)
    } finally {
      const next = this.#waiting.shift()
      if (next) next.take(thing)
      else this.#idle.push(thing)
    }
  }

  /** Refuses those who wait and those who come. */
  close(): void {
    this.#closed = true
    for (const each of this.#waiting) each.refuse(new PageUnread('closed'))
    this.#waiting = []
  }

  async #take(signal: AbortSignal): Promise<Thing> {
    signal.throwIfAborted()
    if (this.#closed) throw new PageUnread('closed')
    const idle = this.#idle.pop()
    if (idle !== undefined) return idle
    const { promise, resolve, reject } = Promise.withResolvers<Thing>()
    const place = { take: resolve, refuse: reject }
    const onAbort = () => {
      this.#waiting = this.#waiting.filter((each) => each !== place)
      reject(signal.reason)
    }
    this.#waiting.push(place)
    signal.addEventListener('abort', onAbort, { once: true })
    try {
      return await promise
    } finally {
      signal.removeEventListener('abort', onAbort)
    }
  }
}
