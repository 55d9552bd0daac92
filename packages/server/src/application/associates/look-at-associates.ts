import { type CoverWarning, coverWarning, warningMark } from '../../domain/associates/associate-cover.ts'
import { isEmailAddress } from '../../domain/email-address.ts'
import { dayOf } from '../../domain/time/calendar-day.ts'
import type { AssociateRow } from '../../ports/store/associate-store.ts'
import type { Scope } from '../../ports/store/scope.ts'
import type { Tx } from '../../ports/store/store.ts'
import { accountNow } from '../account-now.ts'
import { requestNotices, requestOwnerNotices } from '../notices/request-notices.ts'
import { recordAudit, recordEvent, WORKER } from '../record-change.ts'
import type { Services } from '../services.ts'

const LOOKS_AT_ONCE = 50
/** A warning is of days; a look costs two statements. */
const NEXT_LOOK_MS = 6 * 3_600_000

/**
 * Tells of agreements and exceptions that end soon or have ended, once for each of `WARNING_DAYS`: as an event and an audit entry, and by mail
 * where there is a mail server, to whoever answers for it and to the owners of the account.
 * @returns how many were told of now
 */
export async function lookAtAssociates(services: Services): Promise<number> {
  const now = new Date(services.clock.now())
  const due = await services.store.asSystem((tx) => tx.due.associates(now, LOOKS_AT_ONCE))
  let told = 0
  for (const { scope, id } of due) {
    try {
      if (await lookAt(services, scope, id)) told += 1
    } catch (error) {
      // Such as for a key that is gone: it must not keep the others.
      services.log.error('associate.not_looked_at', { accountId: scope.accountId, error })
    }
  }
  return told
}

function lookAt(services: Services, scope: Scope, id: string): Promise<boolean> {
  return services.store.asAccount(scope, async (tx) => {
    const associate = await tx.associates.lock(id)
    // Another process may have looked since.
    if (!associate || (associate.nextLookAt?.getTime() ?? Infinity) > services.clock.now()) return false
    // No key is needed, so an account whose key is gone is warned like any other.
    const now = await accountNow(services, tx)
    const warning = coverWarning(associate, dayOf(now))
    const isNew = warning !== undefined && associate.told !== warningMark(warning)
    await tx.associates.update(id, {
      nextLookAt: new Date(now.getTime() + NEXT_LOOK_MS),
      ...(isNew ? { told: warningMark(warning) } : {}),
    })
    if (isNew) await tell(services, tx, associate, warning, now)
    return isNew
  })
}

async function tell(
  services: Services,
  tx: Tx,
  { id, kind, contact }: AssociateRow,
  warning: CoverWarning,
  at: Date,
) {
  const data = { associateId: id, kind, until: warning.until, daysLeft: warning.daysLeft }
  await recordEvent(services, tx, { type: 'associate.expiring', subjectId: null, data, at })
  await recordAudit(services, tx, WORKER, 'associate.expiring', id, data)
  const about = { kind: 'associate_expiring', subjectId: id, occasion: warningMark(warning) } as const
  if (isEmailAddress(contact)) await requestNotices(services, tx, { ...about, mailboxId: null }, ['contact'])
  await requestOwnerNotices(services, tx, about)
  services.log.warn('associate.expiring', { accountId: tx.scope.accountId, count: warning.daysLeft })
}
