import type { E164 } from '../../domain/numbers/number.ts'
import type { FarEndIdentity } from '../../domain/recipients/far-end-identity.ts'
import type { AccountKeys } from '../../ports/keyring.ts'
import type { RecipientRow } from '../../ports/store/recipient-store.ts'

/** Whose number it is said to be. */
export interface RecipientDetails {
  readonly name: string
  readonly organisation?: string
  readonly department?: string
}

/** A recipient with what is encrypted about it in the clear. Never log one. */
export interface OpenRecipient {
  readonly row: RecipientRow
  readonly number: E164
  readonly details: RecipientDetails
  readonly identities: readonly FarEndIdentity[]
}

export function sealRecipientNumber(keys: AccountKeys, id: string, number: E164): Buffer {
  return keys.seal(place(id, 'number_sealed'), number)
}

export function sealRecipientDetails(keys: AccountKeys, id: string, details: RecipientDetails): Buffer {
  return keys.seal(place(id, 'details_sealed'), JSON.stringify(details))
}

export function sealIdentities(keys: AccountKeys, id: string, identities: readonly FarEndIdentity[]): Buffer {
  return keys.seal(place(id, 'identities_sealed'), JSON.stringify(identities))
}

/** @throws KeyError `tampered` */
export function openIdentities(
  keys: AccountKeys,
  { id, identitiesSealed }: Pick<RecipientRow, 'id' | 'identitiesSealed'>,
): FarEndIdentity[] {
  return identitiesSealed ? JSON.parse(keys.openText(place(id, 'identities_sealed'), identitiesSealed)) : []
}

/** @throws KeyError `tampered` */
export function openRecipient(keys: AccountKeys, row: RecipientRow): OpenRecipient {
  return {
    row,
    number: keys.openText(place(row.id, 'number_sealed'), row.numberSealed) as E164,
    details: JSON.parse(keys.openText(place(row.id, 'details_sealed'), row.detailsSealed)),
    identities: openIdentities(keys, row),
  }
}

function place(row: string, column: string) {
  return { table: 'recipient', column, row }
}
