/**
 * The resident pool of render workers.
 *
 * Pages of one document are spread over the workers; a worker has one document open at a time, so bytes of two
 * tenants never meet in one engine heap. No engine limits itself (see `pdf/engine.ts`), so the pool does: memory by
 * the engine's cap, time by deadlines, and any worker that fails is dropped and replaced.
 */
import { DocumentRefusal } from '../intake/refusal.ts'
import type { PaperSize, Resolution } from '../page.ts'
import { compileEngine } from '../pdf/engine.ts'
import { FILE_BYTES_MAX } from '../pdf/preflight.ts'
import { InspectJob, type Job, type NumberedPage, RenderJob, type Task } from './render-job.ts'

export type { NumberedPage }

import { rasterTarget } from '../drawing/target.ts'
import type { DocumentType, Inspection, RenderMode, Reply, SharedDocument } from './render-protocol.ts'
import { RenderWorker, WorkerLost } from './render-worker.ts'
import { selectPages } from './select-pages.ts'
import { systemTimers, type Timers } from './timers.ts'

export interface RasterPoolOptions {
  readonly workers: number
  /** Most memory one engine may use, in MiB. A document that needs more is refused. */
  readonly heapCapMb?: number
  readonly pageDeadlineMs?: number
  /** From the document being opened to its last page being read. */
  readonly documentDeadlineMs?: number
  /** A worker is replaced after this many pages, and earlier when its heap has grown (a WASM heap never shrinks). */
  readonly recycleAfterPages?: number
  readonly recycleAboveHeapMb?: number
  readonly timers?: Timers
}

export interface RenderRequest {
  readonly bytes: Uint8Array
  readonly type: DocumentType
  /** 1-based page numbers in the order wanted, or all. */
  readonly pages: readonly number[] | 'all'
  readonly resolution: Resolution
  readonly paper: PaperSize
  readonly mode: RenderMode
  /** Rows of the paper kept free for the header line that is stamped on each attempt. */
  readonly rowsReserved: number
  readonly pagesMax: number
}

export interface RasterPoolStats {
  readonly workers: number
  readonly idle: number
  readonly documents: number
  readonly pagesRendered: number
  /** Workers dropped because they failed or ran past a deadline. */
  readonly workersLost: number
  readonly workersRecycled: number
  readonly heapBytes: number
}

interface Slot {
  worker: RenderWorker | undefined
  busy: boolean
  /** The document its worker has open, and how many tasks it has done for it without a break. */
  documentId: number | undefined
  turn: number
}

/** Tasks a worker does for one document before others get their turn; opening a document anew is not free. */
const TASKS_PER_TURN = 8
const RESTART_DELAY_MS = 1_000
const RELEASE_DEADLINE_MS = 5_000

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
      const next = this.#next(slot)
      if (next !== undefined)
        void this.#occupy(slot, (worker) => this.#perform(slot, worker, next.job, next.task))
      else if (slot.documentId !== undefined && !this.#isOpenJob(slot.documentId)) {
        slot.documentId = undefined
        void this.#occupy(slot, (worker) => worker.request({ kind: 'release' }, RELEASE_DEADLINE_MS))
      }
    }
  }

  /** A worker stays with its document for a turn; after that the document with the fewest workers comes first. */
  #next(slot: Slot): { readonly job: Job; readonly task: Task } | undefined {
    const byNeed = [...this.#jobs].sort((a, b) => a.running - b.running)
    const current = byNeed.find((job) => job.document.id === slot.documentId && slot.turn < TASKS_PER_TURN)
    for (const job of current === undefined ? byNeed : [current, ...byNeed]) {
      const task = job.nextTask()
      if (task !== undefined) return { job, task }
    }
    return undefined
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
      settle(task, await worker.request(task.command, this.#options.pageDeadlineMs))
      if (task.page !== undefined) this.#counts.pagesRendered++
    } catch (error) {
      if (!(error instanceof WorkerLost)) throw error
      this.#onLost(worker, job, task, error)
      throw error
    } finally {
      job.running--
    }
  }

  /** An engine may fail for want of memory that earlier pages left taken: a page gets one more try, on another. */
  #onLost(worker: RenderWorker, job: Job, task: Task, lost: WorkerLost): void {
    const wasFull = worker.heapBytes > (this.#options.heapCapMb * 2 ** 20) / 4
    if (lost.reason === 'fault' && wasFull && !task.retried) {
      task.retried = true
      job.retry(task)
    } else {
      task.refused(lossRefusal(task, lost))
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

function settle(task: Task, reply: Reply): void {
  if (reply.kind === 'inspected') task.inspected(reply.inspection)
  else if (reply.kind === 'rendered') task.rendered(reply.page)
  else if (reply.kind === 'refused') task.refused(new DocumentRefusal(reply.code, reply.message, reply.page))
}

function lossRefusal(task: Task, { reason }: WorkerLost): DocumentRefusal {
  if (task.page === undefined) {
    return new DocumentRefusal(
      'document.corrupt',
      'The document could not be opened within the limits of time and memory.',
    )
  }
  const message =
    reason === 'deadline'
      ? 'A page took too long to draw.'
      : 'A page could not be drawn within the limits of memory.'
  return new DocumentRefusal('document.render_failed', message, task.page)
}
