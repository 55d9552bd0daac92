import type { ReceivedFaxRow } from './received-store.ts'

/** A patient's faxes, found by the keyed hash of the patient's id. */
export interface PatientRepository {
  /** Ids of those that are not shredded, received ones first. */
  faxesOf(patientHash: Buffer): Promise<string[]>
  /** Received faxes whose link was made before links were hashed, held until the transaction ends. */
  lockUnhashed(limit: number): Promise<ReceivedFaxRow[]>
}
