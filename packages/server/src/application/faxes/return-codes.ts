import { formatReturnCode, isProofOf, readReturnCode } from '../../domain/recipients/return-code.ts'
import type { AccountKeys } from '../../ports/keyring.ts'
import type { FaxRow } from '../../ports/store/fax-store.ts'
import type { Tx } from '../../ports/store/store.ts'
import type { AccountView } from '../account-now.ts'

/** The code for a fax's cover sheet. Always the same for the same fax, so it is kept nowhere. */
export function returnCodeOf(keys: AccountKeys, faxId: string): string {
  return formatReturnCode(faxId, macOf(keys, faxId))
}

/**
 * The cover field for it, when the sheet is to carry one.
 * @param wanted what the sender said; absent: as the account has it
 */
export function coverCode(
  account: Pick<AccountView, 'row' | 'keys'>,
  wanted: boolean | undefined,
  faxId: string,
): { readonly returnCode?: string } {
  const isWanted = wanted ?? account.row.settings.returnCodes ?? false
  return isWanted ? { returnCode: returnCodeOf(account.keys, faxId) } : {}
}

/** The sent fax of this account that one of these texts from a received page answers. */
export async function findAnswered(
  tx: Tx,
  keys: AccountKeys,
  texts: readonly string[],
): Promise<FaxRow | undefined> {
  for (const text of texts) {
    const read = readReturnCode(text)
    if (read === undefined || !isProofOf(macOf(keys, read.faxId), read.proof)) continue
    const fax = await tx.faxes.get(read.faxId)
    if (fax) return fax
  }
  return undefined
}

function macOf(keys: AccountKeys, faxId: string): Buffer {
  return keys.hash('fax.return_code', faxId)
}
