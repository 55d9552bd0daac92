import { DocumentRefusal } from '../intake/refusal.ts'
import type { CodedPage } from '../page.ts'
import type { Command, Inspection, SharedDocument } from './render-protocol.ts'

export type NumberedPage = CodedPage & { readonly number: number }

/** Something a worker can do next for a document. */
export interface Task {
  readonly command: Command
  readonly page: number | undefined
  inspected(inspection: Inspection): void
  rendered(page: CodedPage): void
  refused(refusal: DocumentRefusal): void
  /** Set once it has been given to a second worker because the first was lost. */
  retried: boolean
}

/** One document on its way through the pool. */
export interface Job {
  readonly document: SharedDocument
  /** Workers busy with this document now. */
  running: number
  /** The next task, or undefined when there is none to give out now. */
  nextTask(): Task | undefined
  /** Takes a task back, to be given to another worker. */
  retry(task: Task): void
  /** Ends the job: nothing more is given out, and whoever waits for it gets the refusal. */
  refuse(refusal: DocumentRefusal): void
}

/** Opens the document and says how many pages it has. */
export class InspectJob implements Job {
  readonly document: SharedDocument
  readonly result: Promise<Inspection>
  readonly #resolve: (inspection: Inspection) => void
  readonly refuse: (refusal: DocumentRefusal) => void
  #task: Task | undefined
  running = 0

  constructor(document: SharedDocument) {
    this.document = document
    const { promise, resolve, reject } = Promise.withResolvers<Inspection>()
    this.result = promise
    this.#resolve = resolve
    this.refuse = reject
    this.#task = inspectTask(document, this.#resolve, this.refuse)
  }

  nextTask(): Task | undefined {
    const task = this.#task
    this.#task = undefined
    return task
  }

  retry(task: Task): void {
    this.#task = task
  }
}

/** What is to be made of the pages, once their count is known. */
export interface RenderPlan {
  readonly document: SharedDocument
  /** Page numbers in the order they are wanted; throws `DocumentRefusal` for a selection the document cannot meet. */
  selectPages(pageCount: number): readonly number[]
  command(page: number): Command
}

/**
 * Renders the pages of a document: gives them out in order, keeps finished ones until their turn, and runs at most
 * `window` pages ahead of its reader, which bounds what a slow reader can make us hold.
 */
export class RenderJob implements Job {
  readonly #plan: RenderPlan
  readonly #window: number
  readonly #finished = new Map<number, CodedPage>()
  readonly #waiting: Task[] = []
  #pages: readonly number[] | undefined
  #dispatched = 0
  #read = 0
  #refusal: { readonly index: number; readonly refusal: DocumentRefusal } | undefined
  #wake: () => void = () => undefined
  running = 0

  constructor(plan: RenderPlan, window: number) {
    this.#plan = plan
    this.#window = window
    this.#waiting.push(
      inspectTask(
        plan.document,
        ({ pageCount }) => this.#begin(pageCount),
        (refusal) => this.refuse(refusal),
      ),
    )
  }

  get document(): SharedDocument {
    return this.#plan.document
  }

  nextTask(): Task | undefined {
    if (this.#refusal?.index === 0) return undefined
    const waiting = this.#waiting.pop()
    if (waiting !== undefined || this.#pages === undefined || this.#refusal !== undefined) return waiting
    if (this.#dispatched >= Math.min(this.#pages.length, this.#read + this.#window)) return undefined
    return this.#renderTask(this.#dispatched, this.#pages[this.#dispatched++]!)
  }

  retry(task: Task): void {
    this.#waiting.push(task)
  }

  refuse(refusal: DocumentRefusal): void {
    this.#refuseFrom(0, refusal)
  }

  /** Pages in order. `onRead` is called as each page leaves, because that opens the window. */
  async *read(onRead: () => void): AsyncGenerator<NumberedPage> {
    while (this.#pages === undefined || this.#read < this.#pages.length) {
      const page = this.#finished.get(this.#read)
      if (this.#refusal !== undefined && this.#refusal.index <= this.#read) throw this.#refusal.refusal
      if (page !== undefined) {
        this.#finished.delete(this.#read)
        const number = this.#pages![this.#read++]!
        onRead()
        yield { ...page, number }
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
      }
    }
  }

  #begin(pageCount: number): void {
    try {
      this.#pages = this.#plan.selectPages(pageCount)
    } catch (error) {
      if (!(error instanceof DocumentRefusal)) throw error
      this.refuse(error)
    }
    this.#wake()
  }

  #renderTask(index: number, page: number): Task {
    return {
      command: this.#plan.command(page),
      page,
      retried: false,
      inspected: () => undefined,
      rendered: (coded) => {
        this.#finished.set(index, coded)
        this.#wake()
      },
      refused: (refusal) => this.#refuseFrom(index, refusal),
    }
  }

  /** The reader still gets the pages before the refused one. */
  #refuseFrom(index: number, refusal: DocumentRefusal): void {
    if (this.#refusal === undefined || index < this.#refusal.index) this.#refusal = { index, refusal }
    this.#wake()
  }
}

function inspectTask(
  document: SharedDocument,
  inspected: Task['inspected'],
  refused: (refusal: DocumentRefusal) => void,
): Task {
  return {
    command: { kind: 'inspect', document },
    page: undefined,
    retried: false,
    inspected,
    rendered: () => undefined,
    refused,
  }
}
