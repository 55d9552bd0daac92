import type { IncidentOutcome } from '../../domain/recipients/incident.ts'
import type {
  Confirmation,
  RecipientSource,
  RecipientStanding,
  StoredRecipientState,
  Suspension,
} from '../../domain/recipients/recipient.ts'

/** A number of the directory: whose it is said to be, and how that is known. */
export interface RecipientRow {
  readonly id: string
  readonly numberSealed: Buffer
  readonly numberHash: Buffer
  readonly detailsSealed: Buffer
  readonly source: RecipientSource
  readonly state: StoredRecipientState
  readonly confirmedHow: Confirmation | null
  readonly confirmedBy: string | null
  readonly confirmedAt: Date | null
  readonly lastDeliveredAt: Date | null
  readonly suspendedWhy: Suspension | null
  readonly suspendedAt: Date | null
  readonly voiceAnswers: number
  readonly identitiesSealed: Buffer | null
  readonly codeFaxId: string | null
  readonly codeHash: Buffer | null
  readonly codeTriesLeft: number
  readonly codeExpiresAt: Date | null
  readonly createdBy: string
  readonly createdAt: Date
  readonly updatedAt: Date
}

export type RecipientPatch = Partial<
  Omit<RecipientRow, 'id' | 'numberSealed' | 'numberHash' | 'createdAt'>
> & {
  readonly updatedAt: Date
}

export interface RecipientFilter {
  readonly state?: StoredRecipientState
  readonly numberHash?: Buffer
  /** Ids are time-ordered, so an id is the cursor. Newest first. */
  readonly afterId?: string
  readonly limit: number
}

/** A number stands in the directory once. */
export interface RecipientRepository {
  /** Leaves out those whose number is there already. @returns those written */
  insert(recipients: readonly RecipientRow[]): Promise<RecipientRow[]>
  get(id: string): Promise<RecipientRow | undefined>
  list(filter: RecipientFilter): Promise<RecipientRow[]>
  find(numberHash: Buffer): Promise<RecipientRow | undefined>
  /** No more of it than decides whether a fax may go. */
  standing(numberHash: Buffer): Promise<RecipientStanding | undefined>
  /** Until the transaction ends nobody else changes it. */
  lock(id: string): Promise<RecipientRow | undefined>
  lockByNumber(numberHash: Buffer): Promise<RecipientRow | undefined>
  /** Ids of confirmed ones with one of these numbers. */
  confirmedAmong(numberHashes: readonly Buffer[]): Promise<RecipientRow[]>
  update(id: string, patch: RecipientPatch): Promise<RecipientRow>
  delete(id: string): Promise<void>
}

/** A fax that reached the wrong place, and what was made of it. */
export interface IncidentRow {
  readonly id: string
  readonly faxId: string
  readonly recipientId: string
  readonly noteSealed: Buffer
  readonly worksheetSealed: Buffer | null
  readonly outcome: IncidentOutcome | null
  readonly reportedBy: string
  readonly discoveredAt: Date
  readonly closedBy: string | null
  readonly closedAt: Date | null
  readonly createdAt: Date
}

export interface IncidentRepository {
  /** `undefined` when the fax has one that is open. */
  insert(incident: IncidentRow): Promise<IncidentRow | undefined>
  get(id: string): Promise<IncidentRow | undefined>
  lock(id: string): Promise<IncidentRow | undefined>
  list(filter: { readonly afterId?: string; readonly limit: number }): Promise<IncidentRow[]>
  hasOpen(recipientId: string): Promise<boolean>
  /** Whether any incident, open or closed, names it. */
  names(recipientId: string): Promise<boolean>
  update(
    id: string,
    patch: Partial<Pick<IncidentRow, 'worksheetSealed' | 'outcome' | 'closedBy' | 'closedAt'>>,
  ): Promise<IncidentRow>
}
