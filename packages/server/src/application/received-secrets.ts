import type { AccountKeys } from '../ports/keyring.ts'
import type { ReceivedFaxRow } from '../ports/received-store.ts'
import { sealParties } from './record-change.ts'

/** Both ends of a call that came in, as told: E.164 where it could be read. */
export interface ReceivedNumbers {
  readonly to: string
  readonly from: string | null
}

/** By which received faxes are found; equal only within one account. */
export function receivedNumberHash(keys: AccountKeys, number: string): Buffer {
  return keys.hash('received.number', number)
}

export function sealReceivedNumbers(keys: AccountKeys, id: string, { to, from }: ReceivedNumbers) {
  return {
    toSealed: keys.seal(place(id, 'to_sealed'), to),
    toHash: receivedNumberHash(keys, to),
    fromSealed: from === null ? null : keys.seal(place(id, 'from_sealed'), from),
    fromHash: from === null ? null : receivedNumberHash(keys, from),
  }
}

/** @throws KeyError `tampered` */
export function openReceivedNumbers(
  keys: AccountKeys,
  received: Pick<ReceivedFaxRow, 'id' | 'toSealed' | 'fromSealed'>,
): ReceivedNumbers {
  const { id, toSealed, fromSealed } = received
  return {
    to: keys.openText(place(id, 'to_sealed'), toSealed),
    from: fromSealed && keys.openText(place(id, 'from_sealed'), fromSealed),
  }
}

/** Sender and recipient for the audit. */
export function receivedParties(keys: AccountKeys, received: ReceivedFaxRow): Buffer {
  return sealParties(keys, received.id, openReceivedNumbers(keys, received))
}

function place(row: string, column: string) {
  return { table: 'received_fax', column, row }
}
