import type { HoldKind } from '../../domain/retention/legal-hold.ts'

export interface LegalHoldRow {
  readonly id: string
  readonly kind: HoldKind
  /** Id of the mailbox or fax. */
  readonly targetId: string | null
  /** The number or the patient's id. */
  readonly targetSealed: Buffer | null
  readonly reasonSealed: Buffer
  readonly createdAt: Date
  readonly createdBy: string
  readonly releasedAt: Date | null
  readonly releasedBy: string | null
}

export interface ActiveLegalHoldRow extends LegalHoldRow {
  /** Faxes it goes on holding wherever they are. */
  readonly keeps: readonly string[]
}

export interface LegalHoldRepository {
  /** Waits until nobody is destroying anything of the account, and then keeps them from beginning. */
  insert(hold: LegalHoldRow): Promise<void>
  get(id: string): Promise<LegalHoldRow | undefined>
  /** Newest first. */
  list(afterId: string | undefined, limit: number): Promise<LegalHoldRow[]>
  countActive(): Promise<number>
  /** What it held is looked at again at once. `undefined`: there is none, or it was released before. */
  release(id: string, at: Date, by: string): Promise<LegalHoldRow | undefined>
  /** The fax stays under the hold whatever it is linked to. */
  keepUnder(holdId: string, subjectId: string): Promise<void>
  /** Those not released; none is added until the transaction ends. */
  bar(): Promise<ActiveLegalHoldRow[]>
}
