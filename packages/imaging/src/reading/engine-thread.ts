import { getCompileCacheDir } from 'node:module'
import { Worker } from 'node:worker_threads'
import type { Timers } from '../raster/timers.ts'
import { PageUnread } from './page-unread.ts'

/** What a thread answers: one reply a job, and after a failure of its engine it is of no more use. */
export type EngineReply<Result> =
  | { readonly kind: 'done'; readonly result: Result }
  | { readonly kind: 'unread'; readonly reason: PageUnread['reason'] }

/** Bounds the JavaScript heap. WASM memory is bounded by the engine's own cap instead. */
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 16 }

/** An engine takes some 90 MB and starts in half a second: it is kept while pages come, and not through the night. */
const IDLE_MS = 30_000

/**
 * A worker thread that holds one engine and reads one page at a time.
 *
 * It is started by a job and ended after a failure, an abort, so many jobs, or half a minute without one: a WASM heap
 * never shrinks, and nothing of one page may stay for long.
 */
export class EngineThread<Job, Result> {
  readonly #script: URL
  readonly #jobsMax: number
  readonly #timers: Timers
  #cancelIdle: (() => void) | undefined
  #thread: Worker | undefined
  #jobs = 0
  #closed = false

  constructor(script: URL, jobsMax: number, timers: Timers) {
    this.#script = script
    this.#jobsMax = jobsMax
    this.#timers = timers
  }

  get isRunning(): boolean {
    return this.#thread !== undefined
  }

  /** One at a time. Throws the signal's reason, ending the thread, and `PageUnread` as the thread says. */
  async run(job: Job, signal: AbortSignal): Promise<Result> {
    signal.throwIfAborted()
    if (this.#closed) throw new PageUnread('closed')
    this.#cancelIdle?.()
    this.#thread ??= this.#start()
    this.#jobs++
    const reply = await this.#ask(this.#thread, job, signal)
    const isSpent = reply.kind === 'unread' && reply.reason === 'fault'
    if (isSpent || this.#jobs >= this.#jobsMax) await this.#end()
    else if (this.isRunning) this.#cancelIdle = this.#timers.after(IDLE_MS, () => void this.#end())
    if (reply.kind === 'unread') throw new PageUnread(reply.reason)
    return reply.result
  }

  /** Ends the thread wherever it is, also in the middle of a page: that one is `closed`, as are all later ones. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#end()
  }

  async #end(): Promise<void> {
    const thread = this.#thread
    this.#cancelIdle?.()
    this.#thread = undefined
    this.#jobs = 0
    await thread?.terminate()
  }

  #start(): Worker {
    const cache = getCompileCacheDir()
    const thread = new Worker(this.#script, {
      // Nothing of the process's environment but where compiled code is cached.
      env: cache === undefined ? {} : { NODE_COMPILE_CACHE: cache },
      resourceLimits: RESOURCE_LIMITS,
      // Engines talk; what they say may hold words of the page.
      stdout: true,
      stderr: true,
    })
    thread.stdout.resume()
    thread.stderr.resume()
    thread.unref()
    // Also when no job waits: an error nobody hears would end the process.
    thread.on('error', () => undefined)
    thread.on('exit', () => {
      if (this.#thread === thread) this.#thread = undefined
    })
    return thread
  }

  async #ask(thread: Worker, job: Job, signal: AbortSignal): Promise<EngineReply<Result>> {
    const { promise, resolve, reject } = Promise.withResolvers<EngineReply<Result>>()
    const onLost = () => resolve({ kind: 'unread', reason: this.#closed ? 'closed' : 'fault' })
    // At once, so that the next job finds no thread that is about to end.
    const onAbort = () => {
      void this.#end()
      reject(signal.reason)
    }
    thread.on('message', resolve).on('exit', onLost)
    signal.addEventListener('abort', onAbort, { once: true })
    thread.ref()
    thread.postMessage(job)
    try {
      return await promise
    } finally {
      thread.unref()
      thread.off('message', resolve).off('exit', onLost)
      signal.removeEventListener('abort', onAbort)
    }
  }
}
