import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Services } from '../../application/services.ts'
import { PROBLEMS, type Problem } from '../../domain/problem/problem.ts'
import { problemOfError, retryAfterSeconds } from '../web/problem-reply.ts'
import { statusOfProblem } from '../web/problem-status.ts'
import { failureOf } from './problem-codes.ts'

/** `{ status: 1, message, data }`. `data` is text where it is a file in base64. */
export function success<T extends object | string>(message: string, data: T) {
  return { status: 1 as const, message, data }
}

/**
 * HTTP status of a refusal. iFax clients read the body's `status`, so a refusal of what they sent travels as 200 when
 * `strictHttp200` is on. What may succeed when sent again is always 5xx or 429: one client retries on nothing else.
 */
export function httpStatusOf(problem: Problem, strictHttp200: boolean): number {
  const status = statusOfProblem(problem.code)
  const isOurs = PROBLEMS[problem.code].retryable && /^(system|limit)\./.test(problem.code)
  return strictHttp200 && !isOurs ? 200 : status
}

export interface ErrorContext {
  readonly services: Services
  readonly strictHttp200: boolean
}

/** The envelope of everything that was thrown while an iFax call was served. */
export function answerError(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  context: ErrorContext,
): FastifyReply {
  const problem = problemOfError(error)
  if (problem.code === 'system.processing' || problem.code === 'system.storage_unavailable') {
    context.services.log.error('http.fault', { requestId: request.id, code: problem.code, error })
  }
  const wait = retryAfterSeconds(problem.code)
  if (wait !== undefined) reply.header('retry-after', String(wait))
  // A body that was not read to its end cannot be followed by another request on the same connection.
  if (!request.raw.complete) reply.header('connection', 'close')
  return reply.code(httpStatusOf(problem, context.strictHttp200)).send(failureOf(problem, request.id))
}
