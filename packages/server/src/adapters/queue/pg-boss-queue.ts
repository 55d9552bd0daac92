import type pg from 'pg'
import { PgBoss } from 'pg-boss'
import type { EnqueueOptions, Job, JobName, Queue } from '../../ports/queue.ts'
import type { Tx } from '../../ports/store/store.ts'
import { Dispatcher, type JobPayload } from './dispatcher.ts'
import { bossConnection } from './install-queue.ts'
import { JOB_CHANNEL, SUPERVISE_SECONDS } from './queues.ts'

/** Runs SQL in the connection of a transaction; the store's adapter provides it. */
export type ExecuteWithin = (
  tx: Tx,
  text: string,
  values?: readonly unknown[],
) => Promise<{ rows: unknown[] }>

export interface PgBossQueueOptions {
  /** Connection of the runtime role; `installQueue` must have run. */
  readonly connection: pg.PoolConfig
  readonly executeWithin: ExecuteWithin
  /** Told of database errors and of handlers that threw. The work itself is taken up again. */
  readonly onError: (error: unknown) => void
}

/** Jobs a process may take over from a dead one while the call of a stopping server is hung up. */
const HANG_UP_MS = 3_000

/** pg-boss behind the `Queue` port: its tables, its fetch, retry and heartbeat; our own dispatch. */
export function createPgBossQueue(options: PgBossQueueOptions): Queue {
  return new PgBossQueue(options)
}

class PgBossQueue implements Queue {
  readonly #boss: PgBoss
  readonly #executeWithin: ExecuteWithin
  readonly #onError: (error: unknown) => void
  readonly #dispatchers = new Map<JobName, Dispatcher>()
  #listener: { close(): Promise<void> } | undefined
  #closing = false

  constructor(options: PgBossQueueOptions) {
    this.#executeWithin = options.executeWithin
    // Connections closed at the end may still report that the database went away first.
    this.#onError = (error) => {
      if (!this.#closing) options.onError(error)
    }
    this.#boss = new PgBoss({
      ...bossConnection(options.connection),
      max: 4,
      migrate: false,
      schedule: false,
      reindex: false,
      monitorVacuum: false,
      superviseIntervalSeconds: SUPERVISE_SECONDS,
      monitorIntervalSeconds: SUPERVISE_SECONDS,
    })
    this.#boss.on('error', this.#onError)
  }

  async start(): Promise<void> {
    await this.#boss.start()
    this.#listener = await this.#boss.getDb().listen?.(
      JOB_CHANNEL,
      (name) => this.#dispatchers.get(name as JobName)?.wake(),
      // Notifications sent while the connection was down are lost.
      () => this.#wakeAll(),
    )
  }

  async enqueue(tx: Tx, job: Job, options: EnqueueOptions = {}): Promise<void> {
    const { startAfter, priority } = options
    const payload: JobPayload = { scope: job.scope, subjectId: job.subjectId }
    await this.#boss.send(job.name, payload, {
      db: {
        executeSql: (text, values) => this.#executeWithin(tx, notifying(text, job.name, startAfter), values),
      },
      // By which the places are shared between accounts.
      group: { id: job.scope.accountId },
      ...(startAfter ? { startAfter } : {}),
      ...(priority === undefined ? {} : { priority }),
    })
  }

  async work(
    name: JobName,
    concurrency: number,
    handler: (job: Job, signal: AbortSignal) => Promise<void>,
  ): Promise<void> {
    if (this.#dispatchers.has(name)) throw new Error(`The queue ${name} has a worker already.`)
    this.#dispatchers.set(name, new Dispatcher(this.#boss, name, concurrency, handler, this.#onError))
  }

  async stop(graceMs: number): Promise<void> {
    await Promise.all([...this.#dispatchers.values()].map((each) => each.stop(graceMs, HANG_UP_MS)))
    this.#dispatchers.clear()
    await this.#listener?.close()
    this.#listener = undefined
    this.#closing = true
    await this.#boss.stop({ graceful: false })
  }

  #wakeAll(): void {
    for (const dispatcher of this.#dispatchers.values()) dispatcher.wake()
  }
}

/**
 * Wraps pg-boss's `insert … returning id` so that workers are notified by the same statement: they hear of it when the
 * transaction commits, and the sender pays no second round trip. A job for later is found by polling.
 */
function notifying(insert: string, name: JobName, startAfter: Date | undefined): string {
  if (startAfter) return insert
  return `with job as (${insert}) select id, pg_notify('${JOB_CHANNEL}', '${name}') from job`
}
