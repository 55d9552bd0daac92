import type { Agreement, Associate, AssociateKind } from '../../domain/associates/associate.ts'

export interface AgreementRow extends Agreement {
  /** What it covers, and notes on its clauses: sealed JSON. */
  readonly notesSealed: Buffer
  readonly createdAt: Date
  readonly createdBy: string
}

export interface AssociateRow extends Associate {
  readonly name: string
  readonly kind: AssociateKind
  /** Who answers for the contract on our side: id or mail address. */
  readonly contact: string
  /** Oldest first. */
  readonly agreements: readonly AgreementRow[]
  /** There with an exception. */
  readonly exceptionReasonSealed: Buffer | null
  /** The last warning that was told. */
  readonly told: string | null
  /** When its cover is looked at again; `null` once it has ended. */
  readonly nextLookAt: Date | null
  readonly createdAt: Date
  readonly updatedAt: Date
  readonly endedBy: string | null
}

export type NewAssociate = Omit<AssociateRow, 'agreements' | 'told' | 'endedAt' | 'endedBy'>

export type AssociatePatch = Partial<
  Pick<
    AssociateRow,
    | 'name'
    | 'kind'
    | 'contact'
    | 'ties'
    | 'exception'
    | 'exceptionReasonSealed'
    | 'told'
    | 'nextLookAt'
    | 'updatedAt'
    | 'endedAt'
    | 'endedBy'
  >
>

export interface AssociateRepository {
  insert(associate: NewAssociate): Promise<void>
  get(id: string): Promise<AssociateRow | undefined>
  /** Until the transaction ends nobody else changes it. */
  lock(id: string): Promise<AssociateRow | undefined>
  /** Oldest first; those that ended too. */
  list(): Promise<AssociateRow[]>
  update(id: string, patch: AssociatePatch): Promise<void>
  addAgreement(associateId: string, agreement: AgreementRow): Promise<void>
}
