import { Fault } from '../../domain/fax/fax.ts'
import type { E164 } from '../../domain/numbers/number.ts'
import type { AccountKeys } from '../../ports/keyring.ts'
import type { FaxRow } from '../../ports/store/fax-store.ts'

/** What a sender may put on the cover sheet. */
export interface CoverInput {
  readonly subject?: string
  readonly fromName?: string
  readonly toName?: string
  readonly message?: string
  /** One of the account's own templates; absent: the built-in sheet. */
  readonly templateId?: string
  /** Whether it carries a code by which a reply is known; absent: as the account has it. */
  readonly returnCode?: boolean
}

/** What the sender said about a fax besides its numbers; stored sealed. */
export interface FaxDetails {
  readonly cover?: CoverInput
  readonly clientReference?: string
}

export interface FaxSecrets {
  readonly to: E164
  readonly from: E164 | null
  readonly details: FaxDetails
}

type SealedColumns = Pick<FaxRow, 'toSealed' | 'fromSealed' | 'detailsSealed'>
type NumberColumn = 'to_sealed' | 'from_sealed'

/** Encrypts what identifies people. The row's id is bound in, so that a value moved to another fax does not open. */
export function sealFax(keys: AccountKeys, faxId: string, secrets: FaxSecrets): SealedColumns {
  const { to, from, details } = secrets
  return {
    toSealed: keys.seal(faxPlace(faxId, 'to_sealed'), to),
    fromSealed: from === null ? null : keys.seal(faxPlace(faxId, 'from_sealed'), from),
    detailsSealed: keys.seal(faxPlace(faxId, 'details_sealed'), JSON.stringify(details)),
  }
}

/** @throws KeyError `tampered` */
export function openFaxSecrets(keys: AccountKeys, fax: Pick<FaxRow, 'id'> & SealedColumns): FaxSecrets {
  return {
    to: openNumber(keys, fax, 'to_sealed'),
    from: fax.fromSealed && openNumber(keys, fax, 'from_sealed'),
    details: openFaxDetails(keys, fax),
  }
}

function openFaxDetails(keys: AccountKeys, fax: Pick<FaxRow, 'id' | 'detailsSealed'>): FaxDetails {
  if (fax.detailsSealed.length === 0) return {}
  return JSON.parse(keys.openText(faxPlace(fax.id, 'details_sealed'), fax.detailsSealed))
}

export function openNumber(
  keys: AccountKeys,
  fax: Pick<FaxRow, 'id' | 'toSealed' | 'fromSealed'>,
  column: NumberColumn,
): E164 {
  const sealed = column === 'to_sealed' ? fax.toSealed : fax.fromSealed
  if (sealed === null) throw new Fault('The fax has no sender.')
  // Shredded: nobody knows any more.
  if (sealed.length === 0) return '' as E164
  return keys.openText(faxPlace(fax.id, column), sealed) as E164
}

/** What stays of the details when the content is deleted: a cover sheet is content, but who it was from and to is not. */
export function sealDetailsWithoutCover(
  keys: AccountKeys,
  fax: Pick<FaxRow, 'id' | 'detailsSealed'>,
): Buffer {
  const { cover, ...rest } = openFaxDetails(keys, fax)
  const { fromName, toName } = cover ?? {}
  const names = { ...(fromName ? { fromName } : {}), ...(toName ? { toName } : {}) }
  const details: FaxDetails = { ...rest, ...(cover ? { cover: names } : {}) }
  return keys.seal(faxPlace(fax.id, 'details_sealed'), JSON.stringify(details))
}

/** By which faxes to a number are found; equal only within one account. */
export function numberHash(keys: AccountKeys, number: E164): Buffer {
  return keys.hash('fax.number', number)
}

function faxPlace(row: string, column: string) {
  return { table: 'fax', column, row }
}
