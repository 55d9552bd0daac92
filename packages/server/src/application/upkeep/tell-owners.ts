import { maskEmail } from '../../domain/email-address.ts'
import type { Mail } from '../../ports/mailer.ts'
import type { BreakGlassRow, OwnerMailsEnd } from '../../ports/store/break-glass-store.ts'
import type { Found } from '../../ports/store/scope.ts'
import { mailEach } from '../mail-each.ts'
import type { Services } from '../services.ts'

const GRANTS_AT_ONCE = 20
/** Longer than the mailer waits for any server: whoever still holds the mails then is dead. */
const LEASE_MS = 90_000
const RETRY_MS = 60_000
const GIVE_UP_MS = 24 * 3_600_000

/**
 * Mails each owner once that emergency access was used, or that nobody has reviewed it, from a sweep: the row says that it is due and who has been
 * told, so no crash forgets anybody. An owner whose mail fails is mailed again later, for a day.
 */
export async function tellOwners(services: Services): Promise<number> {
  if (!services.mailer) return 0
  const now = new Date(services.clock.now())
  const due = await services.store.asSystem((tx) => tx.due.breakGlassNotices(now, GRANTS_AT_ONCE))
  for (const notice of due) await tellOf(services, notice, now)
  return due.length
}

async function tellOf(services: Services, { id, scope }: Found, now: Date): Promise<void> {
  const { store, log } = services
  const facts = await store.asAccount(scope, async (tx) => {
    const taken = await tx.breakGlass.takeMails(id, now, new Date(now.getTime() + LEASE_MS))
    if (!taken) return undefined
    const member = (await tx.members.list()).find((each) => each.personId === taken.grant.personId)
    const owners = (await tx.members.activeOwners()).map(({ personId: key, email }) => ({ key, email }))
    return { ...taken, who: member ? maskEmail(member.email) : 'somebody', owners }
  })
  if (!facts) return
  const { grant, told, who, owners } = facts
  const conclude = (end: OwnerMailsEnd) =>
    store.asAccount(scope, (tx) => tx.breakGlass.concludeMails(grant, end))
  // Reviewed between the look and now: there is nothing to remind of any more.
  if (grant.alarms > 0 && grant.reviewedAt !== null) return conclude({ told, next: null })
  const words = grant.alarms === 0 ? useText(services, grant, who) : alarmText(services, grant, who)
  const { reached, error } = await mailEach(services, owners, told, { ...words, at: now })
  if (error !== undefined) log.warn('break_glass.not_mailed', { accountId: scope.accountId, error })
  const isGivenUp = now.getTime() - (grant.alarmedAt ?? grant.createdAt).getTime() > GIVE_UP_MS
  const isOver = error === undefined || isGivenUp
  await conclude({ told: reached, next: isOver ? null : new Date(now.getTime() + RETRY_MS) })
}

type Words = Pick<Mail, 'id' | 'subject' | 'text'>

function useText({ policy }: Services, grant: BreakGlassRow, who: string): Words {
  const { id, mode, createdAt, expiresAt } = grant
  const lines = [
    `${who} used emergency access (${mode} mode) at ${createdAt.toISOString()}.`,
    `It ends at ${expiresAt.toISOString()}.`,
    '',
    `Review it: ${policy.publicUrl ?? ''}/v2/break-glass (${id}).`,
    '',
  ]
  return { id, subject: 'Emergency access was used', text: lines.join('\n') }
}

function alarmText({ policy }: Services, grant: BreakGlassRow, who: string): Words {
  const { id, mode, createdAt, alarms } = grant
  const dueAt = new Date(createdAt.getTime() + policy.people.breakGlassReviewMs)
  const lines = [
    `${who} used emergency access (${mode} mode) at ${createdAt.toISOString()}, and nobody has reviewed it.`,
    `It was to be reviewed by ${dueAt.toISOString()}. You are told each week until it is.`,
    '',
    'An owner, an administrator or an auditor who did not use it themselves writes down whether it was justified:',
    `${policy.publicUrl ?? ''}/v2/break-glass/${id}/review`,
    '',
    'Where nobody but them could, invite somebody who can.',
    '',
  ]
  return {
    id: `${id}.unreviewed${alarms}`,
    subject: 'Nobody has reviewed emergency access',
    text: lines.join('\n'),
  }
}
