import { fixOf, PROBLEMS, Problem, type ProblemCode } from '../../domain/problem/problem.ts'
import { statusOfProblem } from './problem-status.ts'

export const PROBLEM_MEDIA_TYPE = 'application/problem+json'

/** The body of every refusal (RFC 9457 §3) with our extension members. */
export interface ProblemBody {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: ProblemCode
  readonly detail: string
  readonly field?: string
  readonly fix: string
  readonly docUrl: string
  readonly requestId: string
  readonly retryable: boolean
}

export function problemBody(problem: Problem, requestId: string, publicUrl: string | undefined): ProblemBody {
  const facts = PROBLEMS[problem.code]
  const docUrl = `${publicUrl ?? ''}/docs/errors#${problem.code}`
  return {
    type: docUrl,
    title: facts.sentence,
    status: statusOfProblem(problem.code),
    code: problem.code,
    detail: problem.detail ?? facts.sentence,
    ...(problem.field === undefined ? {} : { field: problem.field }),
    fix: fixOf(problem),
    docUrl,
    requestId,
    retryable: facts.retryable,
  }
}

/** Seconds a caller should wait before the same request may succeed; none for problems that waiting does not cure. */
export function retryAfterSeconds(code: ProblemCode): number | undefined {
  if (code === 'idempotency.in_flight' || code === 'fax.content_not_ready') return 1
  if (code === 'system.storage_unavailable') return 30
  return undefined
}

/** What Fastify itself refuses, by its error code or, failing that, by its status. */
const PROBLEM_OF_FASTIFY: Readonly<Record<string, Problem>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: new Problem('request.too_large'),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: new Problem('request.unsupported_media_type', {
    detail:
      'For JSON say so: curl -d needs -H "Content-Type: application/json"; curl -F sends a form by itself.',
  }),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: new Problem('request.invalid', {
    detail: 'The body is not as long as Content-Length says.',
  }),
  FST_ERR_ROUTE_MISSING_CONTENT: new Problem('request.not_found'),
}

/** character_not_in_repertoire and untranslatable_character: PostgreSQL's text and jsonb hold any character but U+0000. */
const NOT_STORABLE = /^22(021|P05)$/
const UNSTORABLE = new Problem('request.invalid', { detail: 'A text holds the character U+0000.' })

/** The problem to tell for anything thrown while a request was served. A fault tells nothing of itself. */
export function problemOfError(error: unknown): Problem {
  if (error instanceof Problem) return error
  const { code, statusCode } = error as { code?: unknown; statusCode?: unknown }
  if (typeof code === 'string') {
    const known = PROBLEM_OF_FASTIFY[code]
    if (known) return known
    if (NOT_STORABLE.test(code)) return UNSTORABLE
    if (isStorageError(code)) return new Problem('system.storage_unavailable')
  }
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500)
    return new Problem('request.invalid')
  return new Problem('system.processing')
}

/** Connection, resource and operator-intervention classes of PostgreSQL (08, 53, 57P), their sockets' errors, and a key service that does not answer. */
function isStorageError(code: string): boolean {
  return /^(08...|53...|57P0[1-5]|ECONNREFUSED|ECONNRESET|EPIPE|ENOSPC|EIO|EROFS|key_unavailable)$/.test(code)
}
