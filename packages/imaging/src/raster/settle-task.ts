import { DocumentRefusal } from '../intake/refusal.ts'
import type { Job, Task } from './render-job.ts'
import type { Reply } from './render-protocol.ts'
import type { WorkerLost } from './render-worker.ts'

/** Hands a worker's answer to whoever waits for it. */
export function settleTask(task: Task, reply: Reply): void {
  if (reply.kind === 'inspected') task.inspected(reply.inspection)
  else if (reply.kind === 'rendered') task.rendered(reply.page)
  else if (reply.kind === 'refused') task.refused(new DocumentRefusal(reply.code, reply.message, reply.page))
}

/**
 * What is told of a task whose worker was lost. An engine may fail for want of memory that earlier pages left taken, so a page gets
 * one more try, on another worker.
 * @param wasFull the worker held so much memory that this is likely
 */
export function settleLoss(job: Job, task: Task, lost: WorkerLost, wasFull: boolean): void {
  if (lost.reason === 'fault' && wasFull && !task.retried) {
    task.retried = true
    job.retry(task)
  } else {
    task.refused(lossRefusal(task, lost))
  }
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
