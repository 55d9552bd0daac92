import type { Purpose } from '../../domain/fax/purpose.ts'
import type { ReceivedFaxRow } from './received-store.ts'

/** What is said of a fax's papers. */
export interface PapersRow {
  readonly id: string
  readonly direction: 'sent' | 'received'
  readonly patientSealed: Buffer | null
  /** Of a sent one. */
  readonly purpose: Purpose | null
}

/** A patient's faxes, found by the keyed hash of the patient's id. */
export interface PatientRepository {
  /** Ids of those that are not shredded, received ones first. */
  faxesOf(patientHash: Buffer): Promise<string[]>
  /** Those of these ids that are faxes, sent or received. */
  papersOf(ids: readonly string[]): Promise<PapersRow[]>
  /** Received faxes whose link was made before links were hashed, held until the transaction ends. */
  lockUnhashed(limit: number): Promise<ReceivedFaxRow[]>
}
