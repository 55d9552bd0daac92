import type { FastifyReply } from 'fastify'
import type { Logger } from '../../ports/logger.ts'

/** Work that nobody waits for, and that no caller can time. */
export interface AfterReply {
  /** Begins it once the reply has gone out or its caller has gone away. What it throws is logged. */
  run(reply: FastifyReply, work: () => Promise<void>): void
  /** Until all that was begun so far is done. A server that closes waits for it. */
  settled(): Promise<void>
}

export function createAfterReply(log: Logger): AfterReply {
  const running = new Set<Promise<void>>()
  return {
    run(reply, work) {
      const { promise: gone, resolve } = Promise.withResolvers<void>()
      if (reply.raw.closed) resolve()
      else reply.raw.once('close', resolve)
      const done = gone
        .then(work)
        .catch((error: unknown) => log.error('http.fault', { requestId: reply.request.id, error }))
        .finally(() => running.delete(done))
      running.add(done)
    },
    async settled() {
      while (running.size > 0) await Promise.all(running)
    },
  }
}
