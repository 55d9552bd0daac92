import type { DestinationRules } from '../../../domain/numbers/destination-rules.ts'
import type { AccountRow } from '../../../ports/store/account-store.ts'
import type { Scope } from '../../../ports/store/scope.ts'

export function accountView(account: AccountRow, scope: Scope) {
  const { settings } = account
  return {
    id: account.id,
    name: account.name,
    livemode: scope.mode === 'live',
    testClockOffsetSeconds: account.testClockOffsetMs / 1000,
    stationId: settings.stationId ?? null,
    headerText: settings.headerText ?? null,
    callerId: settings.callerId ?? null,
    paper: settings.paper ?? null,
    timeZone: settings.timeZone ?? null,
    retryPolicy: settings.retryPolicy ?? null,
    duplicateGuardMinutes: settings.duplicateGuardMinutes ?? null,
    ifaxMarkedAs: settings.ifaxMarkedAs ?? null,
    misdirection: settings.misdirection ?? null,
    destinations: settings.destinations ? destinationsView(settings.destinations) : null,
    quotas: settings.quotas ?? null,
    outboundLine: settings.outboundLine ?? null,
    returnCodes: settings.returnCodes ?? null,
  }
}

function destinationsView({ allowed, blocked }: DestinationRules) {
  return { ...(allowed ? { allowed: [...allowed] } : {}), ...(blocked ? { blocked: [...blocked] } : {}) }
}
