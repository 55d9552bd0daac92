import type { FaxParties } from '../../src/application/record-change.ts'
import type { AccountKeys } from '../../src/ports/keyring.ts'

/** Where sender and recipient of a fax are sealed for its audit entries. */
export const partiesPlace = (faxId: string) => ({
  table: 'audit_entry',
  column: 'parties_sealed',
  row: faxId,
})

/**
 * What whoever has the account's key and the fax's own row could read in an audit entry.
 * @param secret the fax's sealed recipient as it stands in its row
 * @throws KeyError `tampered`, also when the fax was shredded
 */
export function openParties(
  keys: AccountKeys,
  faxId: string,
  sealed: Uint8Array,
  secret: Uint8Array,
): FaxParties {
  return JSON.parse(keys.openUnder(secret, partiesPlace(faxId), sealed))
}
