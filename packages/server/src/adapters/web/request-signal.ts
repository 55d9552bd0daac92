import type { FastifyReply } from 'fastify'

/** Aborts when the caller hangs up before the reply was sent: nobody waits for the work any more. */
export function signalOf(reply: FastifyReply): AbortSignal {
  const controller = new AbortController()
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort()
  })
  return controller.signal
}
