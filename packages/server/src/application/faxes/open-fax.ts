import type { AccountKeys } from '../../ports/keyring.ts'
import type { FaxRow } from '../../ports/store/fax-store.ts'
import { openFaxSecrets } from '../sealed/fax-secrets.ts'
import { openPatient, type PatientLink } from '../sealed/patient-secrets.ts'

/** A fax with what is encrypted about it in the clear. Never log one. */
export interface OpenFax {
  readonly fax: FaxRow
  readonly to: string
  readonly from: string | null
  readonly clientReference: string | null
  readonly patient: PatientLink | null
}

/** @throws KeyError `tampered` */
export function withSecrets(keys: AccountKeys, fax: FaxRow): OpenFax {
  const { to, from, details } = openFaxSecrets(keys, fax)
  const patient = openPatient(keys, 'fax', fax)
  return { fax, to, from, clientReference: details.clientReference ?? null, patient }
}
