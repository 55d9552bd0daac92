/**
 * A render worker thread: source → grey → one bit → T.6.
 *
 * It holds one engine instance and at most one open document. Anything but a typed refusal means that the instance
 * can no longer be trusted: the worker says `fault` and ends, and the pool starts another.
 */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { PageBuffers } from '../bilevel/page-buffers.ts'
import type { PageSource } from '../drawing/page-source.ts'
import { DocumentRefusal } from '../intake/refusal.ts'
import { startEngine } from '../pdf/engine.ts'
import { codePage } from './code-page.ts'
import { openSource } from './open-source.ts'
import type { Command, Inspection, Reply, SharedDocument, WorkerSettings } from './render-protocol.ts'
import { warmUp } from './warm-up.ts'

/** A page tree may claim any number of pages; past this the document is not for a fax machine. */
const INSPECT_PAGES_MAX = 5_000

const engine = await startEngine((workerData as WorkerSettings).engine)
const buffers = new PageBuffers()
let open: { readonly id: number; readonly source: PageSource } | undefined

await warmUp(engine, buffers)
serve(parentPort!)

function serve(port: MessagePort): void {
  port.on('message', async (command: Command) => {
    const reply = await answer(command)
    const transfer = reply.kind === 'rendered' ? [reply.page.t6.buffer as ArrayBuffer] : []
    port.postMessage(reply, transfer)
    if (reply.kind === 'fault') port.close()
  })
  port.postMessage({ kind: 'ready', heapBytes: engine.heapBytes() } satisfies Reply)
}

async function answer(command: Command): Promise<Reply> {
  try {
    return { ...(await perform(command)), heapBytes: engine.heapBytes() }
  } catch (error) {
    const heapBytes = engine.heapBytes()
    if (!(error instanceof DocumentRefusal)) return { kind: 'fault', heapBytes }
    return { kind: 'refused', code: error.code, message: error.message, page: error.page, heapBytes }
  }
}

type Result = Reply extends infer R ? (R extends Reply ? Omit<R, 'heapBytes'> : never) : never

async function perform(command: Command): Promise<Result> {
  switch (command.kind) {
    case 'inspect':
      return { kind: 'inspected', inspection: inspect(await sourceOf(command.document)) }
    case 'render': {
      const source = await sourceOf(command.document)
      const page = await source.render(command.page, command.target)
      return { kind: 'rendered', page: codePage(page, command.resolution, command.mode, buffers) }
    }
    case 'release':
      closeOpenDocument()
      return { kind: 'released' }
  }
}

async function sourceOf(document: SharedDocument): Promise<PageSource> {
  if (open?.id === document.id) return open.source
  closeOpenDocument()
  const source = await openSource(engine, document.type, new Uint8Array(document.bytes))
  open = { id: document.id, source }
  return source
}

function closeOpenDocument(): void {
  open?.source.close()
  open = undefined
}

function inspect(source: PageSource): Inspection {
  const { pageCount } = source
  if (pageCount > INSPECT_PAGES_MAX) {
    throw new DocumentRefusal(
      'document.too_many_pages',
      `The document has more than ${INSPECT_PAGES_MAX} pages.`,
    )
  }
  const pages = Array.from({ length: source.sizePt ? pageCount : 0 }, (_, index) => source.sizePt!(index + 1))
  return { pageCount, pages }
}
