/** The body of a refusal (RFC 9457), as far as it is shown. */
export interface ProblemBody {
  readonly title?: string
  readonly status?: number
  readonly code?: string
  readonly detail?: string
  readonly field?: string
  readonly fix?: string
  readonly docUrl?: string
  readonly requestId?: string
}

/** The server refused the request, and said why. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem'
  readonly problem: ProblemBody

  constructor(problem: ProblemBody) {
    super(problem.title ?? 'The server refused the request.')
    this.problem = problem
  }
}

/** No answer of a server came, or none could be asked. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable'
}

/** The command line is wrong; nothing was sent. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** The command line is right, but a file it names cannot be read; nothing was sent. */
export class UnreadableFile extends Error {
  override readonly name = 'UnreadableFile'
}
