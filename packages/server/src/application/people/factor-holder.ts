import type { PersonRow } from '../../ports/store/people-store.ts'

/** Who proves or changes a second factor, in which session, and whose accounts are told. */
export interface FactorHolder {
  readonly person: PersonRow
  readonly sessionId: string
  readonly accountIds: readonly string[]
}
