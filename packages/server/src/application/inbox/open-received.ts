import type { AccountKeys } from '../../ports/keyring.ts'
import type { ReceivedFaxRow } from '../../ports/store/received-store.ts'
import { openEvidence } from '../faxes/call-evidence.ts'
import { openPatient, type PatientLink } from '../sealed/patient-secrets.ts'
import { openReceivedNumbers, type ReceivedNumbers } from '../sealed/received-secrets.ts'

/** A received fax with what is encrypted about it in the clear. Never log one. */
export interface OpenReceived extends ReceivedNumbers {
  readonly received: ReceivedFaxRow
  /** The sender's TSI: untrusted text. */
  readonly remoteId: string | null
  /** Who answers for it: whom it is assigned to, or else the owner of its mailbox. */
  readonly owner: string
  readonly patient: PatientLink | null
}

/**
 * @param mailboxOwner of the mailbox it lies in
 * @throws KeyError `tampered`
 */
export function openReceived(
  keys: AccountKeys,
  received: ReceivedFaxRow,
  mailboxOwner: string,
): OpenReceived {
  return {
    received,
    ...openReceivedNumbers(keys, received),
    remoteId: openEvidence(keys, 'received_fax', received.id, received).remoteId,
    owner: received.assignee ?? mailboxOwner,
    patient: openPatient(keys, 'received_fax', received),
  }
}
