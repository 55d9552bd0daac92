import type { Scope } from '../../ports/store/scope.ts'
import { accountNow } from '../account-now.ts'
import { requestOwnerNotices } from '../notices/request-notices.ts'
import { recordAudit, recordEvent, WORKER } from '../record-change.ts'
import type { Services } from '../services.ts'

const GRANTS_AT_ONCE = 20
/** It is told again for as long as nobody looks. */
const AGAIN_MS = 7 * 24 * 3_600_000

/**
 * Tells of emergency access that nobody has reviewed in time (164.308(a)(1)(ii)(D)), and every week again until somebody does: as an event and an audit
 * entry, and a notice to every owner.
 * @returns how many were told of now
 */
export async function alarmUnreviewed(services: Services): Promise<number> {
  const now = new Date(services.clock.now())
  const usedBefore = new Date(now.getTime() - services.policy.people.breakGlassReviewMs)
  const toldBefore = new Date(now.getTime() - AGAIN_MS)
  const due = await services.store.asSystem((tx) =>
    tx.due.breakGlassAlarms({ usedBefore, toldBefore }, GRANTS_AT_ONCE),
  )
  let told = 0
  for (const { id, scope } of due) {
    try {
      if (await alarm(services, scope, id, { now, before: toldBefore })) told += 1
    } catch (error) {
      // It must not keep the others.
      services.log.error('break_glass.not_told', { accountId: scope.accountId, error })
    }
  }
  return told
}

function alarm(
  services: Services,
  scope: Scope,
  id: string,
  at: { readonly now: Date; readonly before: Date },
): Promise<boolean> {
  return services.store.asAccount(scope, async (tx) => {
    const grant = await tx.breakGlass.alarm(id, at)
    if (!grant) return false
    const { personId: userId, createdAt, alarms } = grant
    const dueAt = new Date(createdAt.getTime() + services.policy.people.breakGlassReviewMs)
    const data = {
      breakGlassId: id,
      userId,
      usedAt: createdAt.toISOString(),
      dueAt: dueAt.toISOString(),
      alarms,
    }
    // No key is needed, so an account whose key is gone is told like any other. Of no subject: that it was used is its event, and each alarm is one more.
    const event = { type: 'access.break_glass_unreviewed', subjectId: null, data } as const
    await recordEvent(services, tx, { ...event, at: await accountNow(services, tx) })
    const about = { kind: 'break_glass_unreviewed', subjectId: id, occasion: String(alarms) } as const
    await requestOwnerNotices(services, tx, about)
    await recordAudit(services, tx, WORKER, 'break_glass.unreviewed', id, { alarms })
    services.log.warn('break_glass.unreviewed', { accountId: scope.accountId, count: alarms })
    return true
  })
}
