import type { Disposition } from '../../domain/fax/disposition.ts'

/** How a call ended, as an attempt and a received fax both keep it. `null`: it has not ended, or it did not tell. */
export interface CallEndRow {
  readonly disposition: Disposition | null
  readonly sipStatus: number | null
  readonly q850Cause: number | null
  readonly t30Result: string | null
  readonly bitRate: number | null
  readonly ecm: boolean | null
  readonly remoteIdSealed: Buffer | null
  readonly remoteNsfSealed: Buffer | null
}

/** What is sealed of it. The timeline is large and seldom wanted, so no row has it. */
export interface SealedEvidence {
  readonly remoteId: Buffer | null
  readonly remoteNsf: Buffer | null
  readonly timeline: Buffer | null
}
