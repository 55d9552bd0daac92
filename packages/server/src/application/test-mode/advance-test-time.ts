import { Problem } from '../../domain/problem/problem.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import { escalateOverdue } from '../inbox/escalate-overdue.ts'
import { recordAudit } from '../record-change.ts'
import type { Services } from '../services.ts'
import { wakeDue } from '../upkeep/wake-due.ts'

const DAY_MS = 86_400_000
const STEP_MS_MAX = 31 * DAY_MS
const ROWS_MAX = 1_000

/**
 * Moves the clock of an account's test mode on and wakes what became due by it: scheduled faxes, retries, deadlines, deliveries, received faxes
 * that nobody took up.
 *
 * @param byMs 1 ms to 31 days
 * @returns the account's time in test mode from now on
 * @throws Problem test.live_key, request.invalid
 */
export async function advanceTestTime(
  services: Services,
  scope: Scope,
  actor: Actor,
  byMs: number,
): Promise<{ now: Date }> {
  if (scope.mode !== 'test') throw new Problem('test.live_key')
  if (!Number.isInteger(byMs) || byMs < 1 || byMs > STEP_MS_MAX) {
    throw new Problem('request.invalid', { field: 'by', detail: 'Time moves on by 1 ms to 31 days at once.' })
  }
  const aheadMs = await services.store.asAccount(scope, async (tx) => {
    const offsetMs = await tx.accounts.advanceTestClock(byMs)
    await recordAudit(services, tx, actor, 'test.time_advanced', null, { byMs })
    return offsetMs
  })
  const now = new Date(services.clock.now())
  const due = await services.store.asSystem(async (tx) => ({
    faxes: await tx.due.faxes(now, ROWS_MAX),
    deliveries: await tx.due.deliveries(now, ROWS_MAX),
    neglected: await tx.due.neglected(now, ROWS_MAX),
  }))
  const isOurs = (row: { readonly scope: Scope }) =>
    row.scope.accountId === scope.accountId && row.scope.mode === scope.mode
  await wakeDue(services, 'advance-fax', due.faxes.filter(isOurs))
  await escalateOverdue(services, due.neglected.filter(isOurs))
  await wakeDue(services, 'deliver-webhook', due.deliveries.filter(isOurs))
  return { now: new Date(now.getTime() + aheadMs) }
}
