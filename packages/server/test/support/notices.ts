import { sendNotice } from '../../src/application/notices/send-notice.ts'
import { sweep } from '../../src/application/upkeep/sweep.ts'
import type { TestServices } from './services.ts'

/** Sends the notices whose job is due, as a worker would, in no time. */
export async function sendNotices(services: TestServices): Promise<void> {
  const { queue, clock } = services
  const due = queue.waiting.filter(({ name, dueMs }) => name === 'send-notice' && dueMs <= clock.now())
  for (const job of due) {
    queue.waiting.splice(queue.waiting.indexOf(job), 1)
    await sendNotice(services, job.scope, job.subjectId)
  }
}

/** A sweep, and what it has sent. */
export async function sweepAndSend(services: TestServices): Promise<void> {
  await sweep(services)
  await sendNotices(services)
}
