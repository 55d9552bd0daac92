import type { Job as BossJob, PgBoss } from 'pg-boss'
import type { Job, JobName } from '../../ports/queue.ts'
import { HEARTBEAT_MS } from './queues.ts'
import { fetchesFor } from './shares.ts'

type Handler = (job: Job, signal: AbortSignal) => Promise<void>
export type JobPayload = Pick<Job, 'scope' | 'subjectId'>
type HeldJob = BossJob<JobPayload>

interface RunningJob {
  readonly job: HeldJob
  readonly controller: AbortController
  readonly ended: Promise<void>
}

/** Where jobs that became due by themselves, or whose notification was lost, are found. */
const POLL_MS = 2_000

/**
 * Runs the jobs of one queue in this process, at most `concurrency` at once.
 *
 * Accounts share the places (`shares.ts`).
 *
 * pg-boss's own `work()` starts one poller per place, and a notification makes all of them fetch; here one fetch takes
 * as many jobs as there are places free, and each job ends by itself, so that a long call holds up nobody.
 */
export class Dispatcher {
  readonly #boss: PgBoss
  readonly #name: JobName
  readonly #concurrency: number
  readonly #handler: Handler
  readonly #onError: (error: unknown) => void
  readonly #running = new Map<string, RunningJob>()
  readonly #timers: NodeJS.Timeout[]
  #fetching = false
  #wanted = false
  #stopping = false

  constructor(
    boss: PgBoss,
    name: JobName,
    concurrency: number,
    handler: Handler,
    onError: (error: unknown) => void,
  ) {
    this.#boss = boss
    this.#name = name
    this.#concurrency = concurrency
    this.#handler = handler
    this.#onError = onError
    this.#timers = [
      setInterval(() => this.wake(), POLL_MS),
      setInterval(() => void this.#touch().catch(this.#onError), HEARTBEAT_MS),
    ]
    this.wake()
  }

  /** There may be a job: fetches now, or as soon as a place is free. */
  wake(): void {
    this.#wanted = true
    if (!this.#fetching) void this.#fetch()
  }

  async #fetch(): Promise<void> {
    this.#fetching = true
    try {
      while (this.#wanted && !this.#stopping && this.#running.size < this.#concurrency) {
        this.#wanted = false
        const asked = fetchesFor(this.#concurrency, this.#byAccount())
        for (const { size, without } of asked) {
          const groups = without.length > 0 ? { ignoreGroups: [...without] } : {}
          const jobs = await this.#boss.fetch<JobPayload>(this.#name, { batchSize: size, ...groups })
          for (const job of jobs) this.#start(job)
          // A full batch says there may be more; they are fetched when a place is free.
          if (jobs.length === size) {
            this.#wanted = true
            break
          }
        }
      }
    } catch (error) {
      // The database is away; the next poll tries again.
      this.#onError(error)
    } finally {
      this.#fetching = false
    }
  }

  #byAccount(): Map<string, number> {
    const counts = new Map<string, number>()
    for (const { job } of this.#running.values()) {
      const { accountId } = job.data.scope
      counts.set(accountId, (counts.get(accountId) ?? 0) + 1)
    }
    return counts
  }

  #start(job: HeldJob): void {
    const controller = new AbortController()
    const ended = this.#run(job, controller.signal).finally(() => {
      this.#running.delete(job.id)
      if (this.#wanted && !this.#fetching) void this.#fetch()
    })
    this.#running.set(job.id, { job, controller, ended })
  }

  async #run(job: HeldJob, signal: AbortSignal): Promise<void> {
    try {
      await this.#handler({ name: this.#name, ...job.data }, signal)
      // Settling names the attempt that was fetched, so that a job taken over by another worker is left alone.
      await this.#boss.deleteJob(this.#name, job)
    } catch (error) {
      this.#onError(error)
      // Its message might hold anything, so none of it is stored; the log line above has the kind of error.
      await this.#boss.fail(this.#name, job, { reason: 'handler failed' }).catch(this.#onError)
    }
  }

  /** Tells the database that the jobs in hand are alive; a job it no longer counts as ours is aborted. */
  async #touch(): Promise<void> {
    const held = [...this.#running.values()]
    if (held.length === 0) return
    const jobs = held.map(({ job }) => job)
    if ((await this.#touched(jobs)) === held.length) return
    // Some job ended meanwhile, or is not ours any more: ask one by one.
    for (const { job, controller } of held) {
      if (!this.#running.has(job.id)) continue
      if ((await this.#touched([job])) === 0 && this.#running.has(job.id)) {
        controller.abort(new Error('The job was taken over.'))
      }
    }
  }

  /** How many of the jobs were still ours. pg-boss answers with the count, though its published type is empty. */
  async #touched(jobs: HeldJob[]): Promise<number | undefined> {
    const answer: { affected?: number } = await this.#boss.touch(this.#name, jobs)
    return answer.affected
  }

  async stop(graceMs: number, hangUpMs: number): Promise<void> {
    this.#stopping = true
    clearInterval(this.#timers[0])
    await this.#settled(graceMs)
    for (const { controller } of this.#running.values())
      controller.abort(new Error('The server is stopping.'))
    await this.#settled(hangUpMs)
    clearInterval(this.#timers[1])
  }

  async #settled(limitMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    const limit = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, limitMs)
    })
    const ended = Promise.allSettled([...this.#running.values()].map((running) => running.ended))
    await Promise.race([ended, limit])
    clearTimeout(timer)
  }
}
