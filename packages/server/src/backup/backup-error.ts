/** Why a backup was not made, or is not restored. Each message is a sentence for the operator, with the way out. */
export type BackupErrorCode =
  | 'not_a_backup'
  | 'newer_form'
  | 'damaged'
  | 'wrong_key'
  | 'not_empty'
  | 'exists'
  | 'schema_too_old'
  | 'schema_differs'
  | 'unreadable'
  | 'no_list'
  | 'forged'

export class BackupError extends Error {
  override readonly name = 'BackupError'
  readonly code: BackupErrorCode

  constructor(code: BackupErrorCode, sentence: string, options?: ErrorOptions) {
    super(sentence, options)
    this.code = code
  }
}

/** @param what is wrong, as the middle of a sentence */
export function damaged(what: string, cause?: unknown): BackupError {
  const sentence = `The backup is damaged: ${what}. Nothing was restored from it; take another one.`
  return new BackupError('damaged', sentence, cause === undefined ? undefined : { cause })
}
