import type { AccountKeys } from '../../ports/keyring.ts'
import type { FaxRow } from '../../ports/store/fax-store.ts'
import { openNumber } from '../sealed/fax-secrets.ts'

/** Both ends of a fax, E.164. */
export interface FaxNumbers {
  readonly to: string
  readonly from: string | null
}

/** @throws KeyError `tampered` */
export function faxNumbers(
  keys: AccountKeys,
  fax: Pick<FaxRow, 'id' | 'toSealed' | 'fromSealed'>,
): FaxNumbers {
  return {
    to: openNumber(keys, fax, 'to_sealed'),
    from: fax.fromSealed && openNumber(keys, fax, 'from_sealed'),
  }
}
