import type { Scope } from './store/scope.ts'
import type { Tx } from './store/store.ts'

/** Jobs carry ids only. They are hints that work is due: the rows they name hold the truth. */
export interface Job {
  readonly name: JobName
  readonly scope: Scope
  readonly subjectId: string
}

export type JobName =
  | 'advance-fax'
  | 'deliver-webhook'
  | 'fetch-upstream'
  | 'examine-received'
  | 'read-text'
  | 'send-notice'

export interface EnqueueOptions {
  readonly startAfter?: Date
  /** Higher goes first. */
  readonly priority?: number
}

export interface Queue {
  /** Within `tx` the job exists exactly when the transaction commits. */
  enqueue(tx: Tx, job: Job, options?: EnqueueOptions): Promise<void>
  /**
   * Runs `handler` for each job, at most `concurrency` at once in this process. At least once: a worker that dies
   * is replaced within 30 s. `signal` aborts when the process drains or the job's heartbeat was lost.
   */
  work(
    name: JobName,
    concurrency: number,
    handler: (job: Job, signal: AbortSignal) => Promise<void>,
  ): Promise<void>
  start(): Promise<void>
  /**
   * Stops taking jobs and waits for those in hand, at most `graceMs`; then aborts their signals and waits a moment for
   * each to hang up and write down what happened.
   */
  stop(graceMs: number): Promise<void>
}
