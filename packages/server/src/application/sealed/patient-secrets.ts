import type { AccountKeys } from '../../ports/keyring.ts'

/** Whose papers these are, in the customer's own system. */
export interface PatientLink {
  readonly id: string
  readonly display?: string
}

/** Tables whose rows are somebody's papers. */
export type PaperTable = 'fax' | 'received_fax'

/** A link as a row has it: both or neither. */
export interface PatientColumns {
  readonly patientSealed: Buffer | null
  readonly patientHash: Buffer | null
}

/** By which a patient's faxes are found, sent and received alike; equal only within one account. */
export function patientHash(keys: AccountKeys, patientId: string): Buffer {
  return keys.hash('patient.id', patientId)
}

export function sealPatient(
  keys: AccountKeys,
  table: PaperTable,
  row: string,
  patient: PatientLink | null,
): PatientColumns {
  if (patient === null) return { patientSealed: null, patientHash: null }
  const { id, display } = patient
  const text = JSON.stringify({ id, ...(display === undefined ? {} : { display }) })
  return { patientSealed: keys.seal(place(table, row), text), patientHash: patientHash(keys, id) }
}

/** @throws KeyError `tampered` */
export function openPatient(
  keys: AccountKeys,
  table: PaperTable,
  { id, patientSealed }: { readonly id: string; readonly patientSealed: Buffer | null },
): PatientLink | null {
  return patientSealed && JSON.parse(keys.openText(place(table, id), patientSealed))
}

function place(table: PaperTable, row: string) {
  return { table, column: 'patient_sealed', row }
}
