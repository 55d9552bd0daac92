export interface IdempotencyRow {
  readonly keyHash: Buffer
  readonly requestHash: Buffer
  readonly state: 'in_flight' | 'done'
  readonly responseStatus: number | null
  readonly responseSealed: Buffer | null
}

export interface IdempotencyRepository {
  /** Claims a key for a request, or returns the row that has it. An in-flight claim past `lockedUntil` is taken over. */
  claim(
    keyHash: Buffer,
    requestHash: Buffer,
    now: Date,
    lockedUntil: Date,
    expiresAt: Date,
  ): Promise<IdempotencyRow | 'claimed'>
  /** In the same transaction as the work itself, so that a reply is stored exactly when the work is. */
  finish(keyHash: Buffer, responseStatus: number, responseSealed: Buffer): Promise<void>
  /** The request was refused and changed nothing: the key is free again. */
  abandon(keyHash: Buffer): Promise<void>
}
