import { updateAccount } from '../../src/application/account/update-account.ts'
import type { Services } from '../../src/application/services.ts'
import type { AccountSettings } from '../../src/ports/store/account-store.ts'
import type { Scope } from '../../src/ports/store/scope.ts'
import { ACTOR } from './services.ts'

/** Live faxes go to numbers that nobody confirmed: for tests that are about something else. */
export const ANY_NUMBER: Pick<AccountSettings, 'misdirection'> = {
  misdirection: { live: { firstSend: 'allow', nearMiss: 'allow' } },
}

/** A new account whose live faxes go to any number; its live-mode scope. */
export async function addLiveAccount(services: Services & { addAccount(): Promise<Scope> }): Promise<Scope> {
  const scope: Scope = { ...(await services.addAccount()), mode: 'live' }
  await updateAccount(services, scope, ACTOR, ANY_NUMBER)
  return scope
}
