import { parseNumber } from '../../domain/numbers/number.ts'
import { Problem } from '../../domain/problem/problem.ts'
import type { AccountRow, AccountSettings } from '../../ports/store/account-store.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import { recordAudit } from '../record-change.ts'
import type { Services } from '../services.ts'

/** Settings to set; `null` goes back to the server's default. */
export type SettingsChange = {
  readonly [Name in Exclude<keyof AccountSettings, 'coverTemplates'>]?: AccountSettings[Name] | null
}

/** Changes an account's settings, those named only. Throws `Problem` naming the field that cannot be. */
export async function updateAccount(
  services: Services,
  scope: Scope,
  actor: Actor,
  change: SettingsChange,
): Promise<AccountRow> {
  const checked = { ...change, ...checkedCallerId(change.callerId) }
  assertTimeZone(change.timeZone)
  return services.store.asAccount(scope, async (tx) => {
    const account = await tx.accounts.get()
    const merged = Object.entries({ ...account.settings, ...checked }).filter(([, value]) => value !== null)
    const settings = Object.fromEntries(merged) as AccountSettings
    await tx.accounts.updateSettings(settings)
    await recordAudit(services, tx, actor, 'account.changed', account.id, { fields: Object.keys(change) })
    return { ...account, settings }
  })
}

function checkedCallerId(callerId: string | null | undefined): { callerId?: string } {
  if (callerId === undefined || callerId === null) return {}
  const number = parseNumber(callerId)
  if (number === undefined) throw new Problem('number.invalid', { field: 'callerId' })
  return { callerId: number }
}

function assertTimeZone(name: string | null | undefined): void {
  if (name === undefined || name === null) return
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
  } catch {
    throw new Problem('request.invalid', {
      field: 'timeZone',
      detail: '"timeZone" must be an IANA name such as America/New_York.',
    })
  }
}
