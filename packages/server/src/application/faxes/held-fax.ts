import type { FaxRow } from '../../ports/store/fax-store.ts'
import type { Scope } from '../../ports/store/scope.ts'
import type { AccountView } from '../account-now.ts'
import type { FaxSecrets } from '../sealed/fax-secrets.ts'

/** A fax that this worker alone may change, as long as its lease is kept. */
export interface HeldFax {
  readonly scope: Scope
  readonly fax: FaxRow
  readonly account: AccountView
  /** `undefined` when the sealed columns do not open: such a fax can still be ended. */
  readonly secrets: FaxSecrets | undefined
  /** Sealed for the audit. */
  readonly parties: Buffer | null
}
