import { misdirectionPolicy } from '../../domain/recipients/misdirection.ts'
import type { RecipientRow } from '../../ports/store/recipient-store.ts'
import type { Tx } from '../../ports/store/store.ts'
import type { AccountView } from '../account-now.ts'
import { type OpenRecipient, openRecipient } from '../sealed/recipient-secrets.ts'

/** With an account's settings: how long a confirmation counts. */
export interface RecipientView {
  readonly recipient: OpenRecipient
  readonly expiryMonths: number
  readonly now: Date
}

export function viewOf(tx: Tx, account: AccountView, row: RecipientRow): RecipientView {
  const { expiryMonths } = misdirectionPolicy(account.row.settings.misdirection, tx.scope.mode)
  return { recipient: openRecipient(account.keys, row), expiryMonths, now: account.now }
}
