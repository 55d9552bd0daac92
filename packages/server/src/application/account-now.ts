import type { AccountKeys } from '../ports/keyring.ts'
import type { AccountRow } from '../ports/store/account-store.ts'
import type { Scope } from '../ports/store/scope.ts'
import type { Tx } from '../ports/store/store.ts'
import type { Services } from './services.ts'

/** An account as a use case needs it: its row, its keys, and what time it is for it. */
export interface AccountView {
  readonly row: AccountRow
  readonly keys: AccountKeys
  readonly now: Date
  /** How far the account's clock is ahead of the machine's: 0 but in test mode. */
  readonly aheadMs: number
}

/** The account a transaction is bound to. One look-up. */
export async function readAccount(services: Services, tx: Tx): Promise<AccountView> {
  const row = await tx.accounts.get()
  const keys = await services.keyring.account(row.id, row.wrappedKey)
  const aheadMs = clockAheadMs(row, tx.scope)
  return { row, keys, aheadMs, now: new Date(services.clock.now() + aheadMs) }
}

/** Now, as the rows of this transaction count time: test mode has a clock that a developer can move on. */
export async function accountNow(services: Services, tx: Tx): Promise<Date> {
  if (tx.scope.mode === 'live') return new Date(services.clock.now())
  return new Date(services.clock.now() + clockAheadMs(await tx.accounts.get(), tx.scope))
}

function clockAheadMs(row: AccountRow, scope: Scope): number {
  return scope.mode === 'test' ? row.testClockOffsetMs : 0
}
