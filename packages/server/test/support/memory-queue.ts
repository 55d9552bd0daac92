import type { EnqueueOptions, Job, JobName, Queue } from '../../src/ports/queue.ts'
import type { Tx } from '../../src/ports/store/store.ts'

export interface WaitingJob extends Job {
  readonly dueMs: number
  readonly priority: number
}

type Handler = (job: Job, signal: AbortSignal) => Promise<void>

/**
 * Jobs of one process on a virtual clock. A job outlives a transaction that rolls back, which the port allows: a job is a hint.
 * Nothing runs by itself; `TestServices.run` takes the jobs.
 */
export class MemoryQueue implements Queue {
  readonly waiting: WaitingJob[] = []
  readonly enqueued: Job[] = []
  readonly handlers = new Map<JobName, Handler>()

  async enqueue(_tx: Tx, job: Job, options: EnqueueOptions = {}): Promise<void> {
    this.enqueued.push(job)
    this.waiting.push({ ...job, dueMs: options.startAfter?.getTime() ?? 0, priority: options.priority ?? 0 })
  }

  async work(name: JobName, _concurrency: number, handler: Handler): Promise<void> {
    this.handlers.set(name, handler)
  }

  async start(): Promise<void> {}

  async stop(): Promise<void> {
    this.waiting.length = 0
  }

  /** Takes the due job that a queue would hand out first. */
  take(nowMs: number): WaitingJob | undefined {
    const due = this.waiting.filter((job) => job.dueMs <= nowMs).sort((a, b) => b.priority - a.priority)
    const first = due[0]
    if (first) this.waiting.splice(this.waiting.indexOf(first), 1)
    return first
  }

  nextDueMs(): number | undefined {
    return this.waiting.length === 0 ? undefined : Math.min(...this.waiting.map((job) => job.dueMs))
  }
}
