import type { Job, Task } from './render-job.ts'

/** The document a worker has open, and how many tasks it has done for it without a break. */
export interface Turn {
  documentId: number | undefined
  turn: number
}

/** Tasks a worker does for one document before others get their turn; opening a document anew is not free. */
const TASKS_PER_TURN = 8

/**
 * What an idle worker does next. It stays with its document for a turn; after that the document with the fewest workers comes first.
 * @returns `undefined` when no document has anything to give out
 */
export function chooseTask(
  jobs: Iterable<Job>,
  { documentId, turn }: Turn,
): { readonly job: Job; readonly task: Task } | undefined {
  const byNeed = [...jobs].sort((a, b) => a.running - b.running)
  const current = byNeed.find((job) => job.document.id === documentId && turn < TASKS_PER_TURN)
  for (const job of current === undefined ? byNeed : [current, ...byNeed]) {
    const task = job.nextTask()
    if (task !== undefined) return { job, task }
  }
  return undefined
}
