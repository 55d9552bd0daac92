import { ACCOUNT_PROBLEMS } from './account-problems.ts'
import { COMPLIANCE_PROBLEMS } from './compliance-problems.ts'
import { INBOX_PROBLEMS } from './inbox-problems.ts'
import { LINE_PROBLEMS } from './line-problems.ts'
import { PEOPLE_PROBLEMS } from './people-problems.ts'
import type { ProblemFacts } from './problem-facts.ts'
import { RECIPIENT_PROBLEMS } from './recipient-problems.ts'
import { REQUEST_PROBLEMS } from './request-problems.ts'
import { SENDING_PROBLEMS } from './sending-problems.ts'

/**
 * Everything a caller can be told "no" for, in one table. A code is stable and dotted; its sentence may change.
 * How a code becomes an HTTP status or an iFax code is the adapters' affair.
 */
export const PROBLEMS = {
  ...REQUEST_PROBLEMS,
  ...PEOPLE_PROBLEMS,
  ...SENDING_PROBLEMS,
  ...LINE_PROBLEMS,
  ...RECIPIENT_PROBLEMS,
  ...INBOX_PROBLEMS,
  ...COMPLIANCE_PROBLEMS,
  ...ACCOUNT_PROBLEMS,
} as const satisfies Record<string, ProblemFacts>

export type ProblemCode = keyof typeof PROBLEMS

/** What the caller can do about it. One that points at a field says nothing where no field is named. */
export function fixOf({ code, field }: Problem): string {
  const { fix } = PROBLEMS[code]
  return field === undefined && fix === CORRECT_THE_FIELD ? 'Correct that, and send it again.' : fix
}

const CORRECT_THE_FIELD = 'Correct the field named in "field".'

/** A refusal to be told to the caller. Never carries document content, numbers or names. */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly code: ProblemCode
  /** JSON path of the offending field, e.g. `documents[0].data`. */
  readonly field: string | undefined
  /** A more exact sentence for this case, free of anything the caller sent but field names. */
  readonly detail: string | undefined

  constructor(code: ProblemCode, options: { field?: string; detail?: string } = {}) {
    super(PROBLEMS[code].sentence)
    this.code = code
    this.field = options.field
    this.detail = options.detail
  }
}
