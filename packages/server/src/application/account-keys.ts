import type { AccountKeys } from '../ports/keyring.ts'
import type { Scope } from '../ports/store/scope.ts'
import type { Tx } from '../ports/store/store.ts'
import type { Services } from './services.ts'

/** The keys of the account a transaction is bound to. Costs one look-up; read the account yourself when you need it too. */
export async function accountKeys(services: Services, tx: Tx): Promise<AccountKeys> {
  const account = await tx.accounts.get()
  return services.keyring.account(account.id, account.wrappedKey)
}

/** The keys of an account outside a transaction; opens one only when this process has not had them lately. */
export async function scopeKeys(services: Services, scope: Scope): Promise<AccountKeys> {
  const known = services.keyring.unlocked(scope.accountId)
  return known ?? services.store.asAccount(scope, (tx) => accountKeys(services, tx))
}
