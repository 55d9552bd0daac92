import { type CoverWarning, coverWarning } from '../../domain/associates/associate-cover.ts'
import { isEmailAddress } from '../../domain/email-address.ts'
import { dayOf } from '../../domain/time/calendar-day.ts'
import type { AssociateRow } from '../../ports/store/associate-store.ts'
import type { Scope } from '../../ports/store/scope.ts'
import type { Tx } from '../../ports/store/store.ts'
import { accountNow } from '../account-now.ts'
import { type Addressee, mailEach } from '../mail-each.ts'
import { recordAudit, recordEvent, WORKER } from '../record-change.ts'
import type { Services } from '../services.ts'

const LOOKS_AT_ONCE = 50
/** A warning is of days; a look costs two statements. */
const NEXT_LOOK_MS = 6 * 3_600_000
const MAIL_RETRY_MS = 15 * 60_000

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

interface Found {
  readonly associate: AssociateRow
  readonly warning: CoverWarning
  readonly isNew: boolean
  /** Who is to have the mail, and who has had it. */
  readonly addressees: readonly Addressee[]
  readonly mailedTo: readonly string[]
}

async function lookAt(services: Services, scope: Scope, id: string): Promise<boolean> {
  const found = await services.store.asAccount(scope, (tx) => tell(services, tx, id))
  if (!found) return false
  if (services.mailer && found.addressees.length > 0) await mail(services, scope, found)
  return found.isNew
}

async function tell(services: Services, tx: Tx, id: string): Promise<Found | undefined> {
  const associate = await tx.associates.lock(id)
  // Another process may have looked since.
  if (!associate || (associate.nextLookAt?.getTime() ?? Infinity) > services.clock.now()) return undefined
  // No key is needed, so an account whose key is gone is warned like any other.
  const now = await accountNow(services, tx)
  const warning = coverWarning(associate, dayOf(now))
  const isNew = warning !== undefined && associate.told !== markOf(warning)
  await tx.associates.update(id, {
    nextLookAt: new Date(now.getTime() + NEXT_LOOK_MS),
    ...(isNew ? { told: markOf(warning), mailedTo: [] } : {}),
  })
  if (!warning) return undefined
  if (isNew) await record(services, tx, associate, warning, now)
  const found = { associate, warning, isNew, mailedTo: isNew ? [] : associate.mailedTo }
  if (!services.mailer || associate.mailed === markOf(warning)) return { ...found, addressees: [] }
  const owners = (await tx.members.activeOwners()).map(({ personId: key, email }) => ({ key, email }))
  const { contact } = associate
  const isApart = isEmailAddress(contact) && owners.every(({ email }) => email !== contact)
  return { ...found, addressees: [...(isApart ? [{ key: 'contact', email: contact }] : []), ...owners] }
}

async function record(
  services: Services,
  tx: Tx,
  { id, kind }: AssociateRow,
  warning: CoverWarning,
  at: Date,
) {
  const data = { associateId: id, kind, until: warning.until, daysLeft: warning.daysLeft }
  await recordEvent(services, tx, { type: 'associate.expiring', subjectId: null, data, at })
  await recordAudit(services, tx, WORKER, 'associate.expiring', id, data)
  services.log.warn('associate.expiring', { accountId: tx.scope.accountId, count: warning.daysLeft })
}

async function mail(services: Services, scope: Scope, { associate, warning, addressees, mailedTo }: Found) {
  const { clock, store, log } = services
  const at = new Date(clock.now())
  const id = `${associate.id}.${warning.until}.${warning.threshold}`
  const words = mailText(services, associate, warning)
  const { reached, error } = await mailEach(services, addressees, mailedTo, { id, at, ...words })
  if (error !== undefined) log.warn('associate.not_mailed', { accountId: scope.accountId, error })
  const next =
    error === undefined ? { mailed: markOf(warning) } : { nextLookAt: new Date(at.getTime() + MAIL_RETRY_MS) }
  await store.asAccount(scope, (tx) => tx.associates.update(associate.id, { mailedTo: reached, ...next }))
}

function mailText(services: Services, { id, name }: AssociateRow, { until, daysLeft }: CoverWarning) {
  const isOver = daysLeft < 0
  const subject = isOver
    ? `The agreement with ${name} has ended`
    : `The agreement with ${name} ends in ${daysLeft} days`
  const { baaGate, publicUrl } = services.policy
  const text = [
    `The business associate agreement (or exception) for ${name} ${isOver ? 'ended with' : 'holds until'} ${until}.`,
    baaGate === 'enforce'
      ? 'Faxes and events with numbers or pages stop going there once it has ended.'
      : 'The gate is not enforced here: faxes go on going there.',
    '',
    `Add the renewed agreement: POST ${publicUrl ?? ''}/v2/associates/${id}/agreements`,
    '',
  ].join('\n')
  return { subject, text }
}

function markOf({ until, threshold }: CoverWarning): string {
  return `${until}/${threshold}`
}
