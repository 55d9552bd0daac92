import type { Timers } from '../raster/timers.ts'
import { PageUnread } from './page-unread.ts'

export interface Bounds {
  /** Aborted by whoever waits: its reason is thrown. */
  readonly signal: AbortSignal
  readonly deadlineMs: number
  readonly timers: Timers
}

/**
 * Runs `work` with a signal of its own, which is aborted when the caller's is or the deadline passes: then the wait is
 * over at once, with the caller's reason or `PageUnread` `deadline`, whatever the work does.
 */
export async function bounded<T>(bounds: Bounds, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { signal, deadlineMs, timers } = bounds
  signal.throwIfAborted()
  const ending = new AbortController()
  const onAbort = () => ending.abort(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  const cancel = timers.after(deadlineMs, () => ending.abort(new PageUnread('deadline')))
  const ended = new Promise<never>((_, reject) => {
    ending.signal.addEventListener('abort', () => reject(ending.signal.reason), { once: true })
  })
  try {
    return await Promise.race([work(ending.signal), ended])
  } finally {
    cancel()
    signal.removeEventListener('abort', onAbort)
  }
}
