import type { AccountKeys } from '../../ports/keyring.ts'
import type { PageBarcode } from '../../ports/page-reader.ts'
import type { NoteRow } from '../../ports/store/received-note-store.ts'
import type { ReceivedFaxRow } from '../../ports/store/received-store.ts'
import { sealParties } from '../record-change.ts'

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
    // Empty: shredded.
    to: toSealed.length === 0 ? '' : keys.openText(place(id, 'to_sealed'), toSealed),
    from: fromSealed && keys.openText(place(id, 'from_sealed'), fromSealed),
  }
}

/** What stood in the barcodes of a page. */
export function sealBarcodes(
  keys: AccountKeys,
  id: string,
  page: number,
  barcodes: readonly PageBarcode[],
): Buffer {
  return keys.seal(
    barcodePlace(id, page),
    JSON.stringify(barcodes.map(({ format, text }) => ({ format, text }))),
  )
}

/** @throws KeyError `tampered` */
export function openBarcodes(keys: AccountKeys, id: string, page: number, sealed: Buffer): PageBarcode[] {
  return JSON.parse(keys.openText(barcodePlace(id, page), sealed))
}

function barcodePlace(id: string, page: number) {
  return { table: 'received_page', column: 'barcodes_sealed', row: `${id}/${page}` }
}

/** Sender and recipient for the audit. */
export function receivedParties(keys: AccountKeys, received: ReceivedFaxRow): Buffer | null {
  return sealParties(keys, received.id, openReceivedNumbers(keys, received), received.toSealed)
}

export function sealNote(keys: AccountKeys, noteId: string, text: string): Buffer {
  return keys.seal(notePlace(noteId), text)
}

/** @throws KeyError `tampered` */
export function openNote(keys: AccountKeys, note: Pick<NoteRow, 'id' | 'textSealed'>): string {
  return keys.openText(notePlace(note.id), note.textSealed)
}

function notePlace(row: string) {
  return { table: 'received_note', column: 'text_sealed', row }
}

function place(row: string, column: string) {
  return { table: 'received_fax', column, row }
}
