import type { AccountKeys } from '../ports/keyring.ts'
import type { Tx } from '../ports/store.ts'
import type { Services } from './services.ts'

/** The keys of the account a transaction is bound to. Costs one look-up; read the account yourself when you need it too. */
export async function accountKeys(services: Services, tx: Tx): Promise<AccountKeys> {
  const account = await tx.accounts.get()
  return services.keyring.account(account.id, account.wrappedKey)
}
