/** Why the database cannot be used. Each message is one sentence for the operator, with the way out. */
export type DatabaseErrorCode =
  | 'unsupported_platform'
  | 'cannot_run'
  | 'in_use'
  | 'wrong_major'
  | 'start_failed'
  | 'unreachable'
  | 'too_old'
  | 'role_missing'
  | 'migration_edited'
  | 'migration_missing'
  | 'migration_failed'
  | 'schema_newer'
  | 'log_is_kept'
  | 'not_rewritten'

export class DatabaseError extends Error {
  readonly code: DatabaseErrorCode

  constructor(code: DatabaseErrorCode, sentence: string, options?: ErrorOptions) {
    super(sentence, options)
    this.name = 'DatabaseError'
    this.code = code
  }
}

/** The SQLSTATE or system code of a thrown value (`28P01`, `ECONNREFUSED`), or `undefined`. */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}
