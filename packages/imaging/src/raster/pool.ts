import { rasterTarget } from '../drawing/target.ts'
import { DocumentRefusal } from '../intake/refusal.ts'
import { compileEngine } from '../pdf/engine.ts'
import { FILE_BYTES_MAX } from '../pdf/preflight.ts'
import { chooseTask, type Turn } from './choose-task.ts'
import type { RasterPoolOptions, RasterPoolStats, RenderRequest } from './pool-types.ts'
import { InspectJob, type Job, type NumberedPage, RenderJob, type Task } from './render-job.ts'
import type { Inspection, SharedDocument } from './render-protocol.ts'
import { RenderWorker, WorkerLost } from './render-worker.ts'
import { selectPages } from './select-pages.ts'
import { settleLoss, settleTask } from './settle-task.ts'
import { systemTimers } from './timers.ts'

interface Slot extends Turn {
  worker: RenderWorker | undefined
  busy: boolean
}

const RESTART_DELAY_MS = 1_000
const RELEASE_DEADLINE_MS = 5_000

/**
 * The resident pool of render workers.
 *
 * Pages of one document are spread over the workers; a worker has one document open at a time, so bytes of two
 * tenants never meet in one engine heap. No engine limits itself (see `pdf/engine.ts`), so the pool does: memory by
 * the engine's cap, time by deadlines, and any worker that fails is dropped and replaced.
 */
export class RasterPool {
  readonly #options: Required<RasterPoolOptions>
  readonly #engine: Promise<WebAssembly.Module>
  readonly #slots: Slot[]
  readonly #jobs = new Set<Job>()
  readonly #counts = { pagesRendered: 0, workersLost: 0, workersRecycled: 0 }
  readonly #started: Promise<unknown>
  #nextDocumentId = 1
  #closed = false

  constructor(options: RasterPoolOptions) {
    this.#options = {
      heapCapMb: 256,
      pageDeadlineMs: 5_000,
      documentDeadlineMs: 120_000,
      recycleAfterPages: 2_000,
      recycleAboveHeapMb: 128,
      timers: systemTimers,
      ...options,
    }
    this.#engine = compileEngine(this.#options.heapCapMb)
    this.#slots = Array.from({ length: options.workers }, () => ({
      worker: undefined,
      busy: true,
      documentId: undefined,
      turn: 0,
    }))
    this.#started = Promise.all(this.#slots.map((slot) => this.#startAndFree(slot)))
  }

  /** Resolves when every worker has been started and warmed. Requests made earlier wait by themselves. */
  async ready(): Promise<void> {
    await this.#started
  }

  /** Opens the document: page count and printed sizes (empty where the format states none). Throws `DocumentRefusal`. */
  async inspect(request: Pick<RenderRequest, 'bytes' | 'type'>): Promise<Inspection> {
    const job = new InspectJob(this.#share(request))
    try {
      this.#add(job)
      return await job.result
    } finally {
      this.#remove(job)
    }
  }

  /**
   * Renders pages and yields them in order. A refused page throws `DocumentRefusal` after the pages before it.
   * Aborting the signal throws its reason; leaving the loop early cancels the rest.
   */
  async *render(request: RenderRequest, signal?: AbortSignal): AsyncGenerator<NumberedPage> {
    signal?.throwIfAborted()
    const document = this.#share(request)
    const target = rasterTarget(request.paper, request.resolution, request.rowsReserved)
    const { resolution, mode } = request
    const job = new RenderJob(
      {
        document,
        selectPages(pageCount) {
          armDeadline()
          return selectPages(request.pages, pageCount, request.pagesMax)
        },
        command: (page) => ({ kind: 'render', document, page, target, resolution, mode }),
      },
      2 * this.#slots.length + 2,
    )
    let cancelDeadline: (() => void) | undefined
    const armDeadline = () => {
      cancelDeadline = this.#options.timers.after(this.#options.documentDeadlineMs, () =>
        job.refuse(
          new DocumentRefusal('document.render_failed', 'The document took too long to turn into fax pages.'),
        ),
      )
    }
    const onAbort = () =>
      job.refuse(new DocumentRefusal('document.render_failed', 'Rendering was cancelled.'))
    signal?.addEventListener('abort', onAbort, { once: true })
    try {
      this.#add(job)
      yield* job.read(() => this.#schedule())
    } catch (error) {
      signal?.throwIfAborted()
      throw error
    } finally {
      cancelDeadline?.()
      signal?.removeEventListener('abort', onAbort)
      this.#remove(job)
    }
  }

  stats(): RasterPoolStats {
    return {
      workers: this.#slots.filter((slot) => slot.worker !== undefined).length,
      idle: this.#slots.filter((slot) => !slot.busy).length,
      documents: this.#jobs.size,
      heapBytes: this.#slots.reduce((sum, slot) => sum + (slot.worker?.heapBytes ?? 0), 0),
      ...this.#counts,
    }
  }

  /** Ends the workers. Documents under way are refused. */
  async close(): Promise<void> {
    this.#closed = true
    for (const job of this.#jobs) {
      job.refuse(new DocumentRefusal('document.render_failed', 'The renderer was shut down.'))
    }
    await this.#started
    await Promise.all(this.#slots.map((slot) => slot.worker?.end()))
  }

  #share({ bytes, type }: Pick<RenderRequest, 'bytes' | 'type'>): SharedDocument {
    if (this.#closed) throw new Error('The raster pool is closed.')
    if (bytes.length > FILE_BYTES_MAX) {
      throw new DocumentRefusal('document.too_large', 'The document is larger than 50 MB.')
    }
    const shared = new SharedArrayBuffer(bytes.length)
    new Uint8Array(shared).set(bytes)
    return { id: this.#nextDocumentId++, type, bytes: shared }
  }

  #add(job: Job): void {
    this.#jobs.add(job)
    this.#schedule()
  }

  #remove(job: Job): void {
    job.refuse(new DocumentRefusal('document.render_failed', 'Rendering was cancelled.'))
    this.#jobs.delete(job)
    this.#schedule()
  }

  /** Gives every idle worker something to do: a page, or letting go of a document that is done. */
  #schedule(): void {
    for (const slot of this.#slots) {
      if (slot.busy || slot.worker === undefined || this.#closed) continue
      const next = chooseTask(this.#jobs, slot)
      if (next !== undefined)
        void this.#occupy(slot, (worker) => this.#perform(slot, worker, next.job, next.task))
      else if (slot.documentId !== undefined && !this.#isOpenJob(slot.documentId)) {
        slot.documentId = undefined
        void this.#occupy(slot, (worker) => worker.request({ kind: 'release' }, RELEASE_DEADLINE_MS))
      }
    }
  }

  #isOpenJob(documentId: number): boolean {
    return [...this.#jobs].some((job) => job.document.id === documentId)
  }

  /** Runs `work` on the slot's worker and replaces the worker if it is lost or has grown old. */
  async #occupy(slot: Slot, work: (worker: RenderWorker) => Promise<unknown>): Promise<void> {
    const worker = slot.worker!
    slot.busy = true
    try {
      await work(worker)
      if (this.#isOld(worker)) {
        this.#counts.workersRecycled++
        await worker.end()
        await this.#startWorker(slot)
      }
    } catch (error) {
      if (!(error instanceof WorkerLost)) throw error
      this.#counts.workersLost++
      await this.#startWorker(slot)
    }
    this.#free(slot)
  }

  #free(slot: Slot): void {
    slot.busy = slot.worker === undefined
    this.#schedule()
  }

  async #perform(slot: Slot, worker: RenderWorker, job: Job, task: Task): Promise<void> {
    slot.turn = slot.documentId === job.document.id ? slot.turn + 1 : 1
    slot.documentId = job.document.id
    job.running++
    try {
      settleTask(task, await worker.request(task.command, this.#options.pageDeadlineMs))
      if (task.page !== undefined) this.#counts.pagesRendered++
    } catch (error) {
      if (!(error instanceof WorkerLost)) throw error
      const wasFull = worker.heapBytes > (this.#options.heapCapMb * 2 ** 20) / 4
      settleLoss(job, task, error, wasFull)
      throw error
    } finally {
      job.running--
    }
  }

  #isOld(worker: RenderWorker): boolean {
    const { recycleAfterPages, recycleAboveHeapMb } = this.#options
    return worker.pagesRendered >= recycleAfterPages || worker.heapBytes > recycleAboveHeapMb * 2 ** 20
  }

  async #startWorker(slot: Slot): Promise<void> {
    slot.worker = undefined
    slot.documentId = undefined
    if (this.#closed) return
    try {
      slot.worker = await RenderWorker.start({ engine: await this.#engine }, this.#options.timers)
      if (this.#closed) await slot.worker.end()
    } catch (error) {
      if (!(error instanceof WorkerLost)) throw error
      this.#counts.workersLost++
      this.#options.timers.after(RESTART_DELAY_MS, () => void this.#startAndFree(slot))
    }
  }

  async #startAndFree(slot: Slot): Promise<void> {
    await this.#startWorker(slot)
    this.#free(slot)
  }
}
