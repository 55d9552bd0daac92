import { parentPort } from 'node:worker_threads'
import type { EngineReply } from './engine-thread.ts'
import { PageUnread } from './page-unread.ts'

/** The thread's side of `EngineThread`: answers each job. Whatever the engine throws is a fault, and is not repeated. */
export function serveEngine<Job, Result>(perform: (job: Job) => Promise<Result>): void {
  const port = parentPort!
  port.on('message', async (job: Job) => {
    port.postMessage(await answer(perform, job))
  })
}

async function answer<Job, Result>(
  perform: (job: Job) => Promise<Result>,
  job: Job,
): Promise<EngineReply<Result>> {
  try {
    return { kind: 'done', result: await perform(job) }
  } catch (error) {
    return { kind: 'unread', reason: error instanceof PageUnread ? error.reason : 'fault' }
  }
}
