import { maskEmail } from '../../domain/email-address.ts'
import type { BreakGlassRow } from '../../ports/store/break-glass-store.ts'
import type { Found } from '../../ports/store/scope.ts'
import type { Services } from '../services.ts'

const GRANTS_AT_ONCE = 20
const RETRY_MS = 60_000
const GIVE_UP_MS = 24 * 3_600_000

/**
 * Mails each owner that emergency access was used, or that nobody has reviewed it, from a sweep: the row says that it is due, so no crash forgets
 * it. Where a mail fails all are mailed again later; a mail says by its id that it is the same.
 */
export async function tellOwners(services: Services): Promise<number> {
  if (!services.mailer) return 0
  const now = new Date(services.clock.now())
  const due = await services.store.asSystem((tx) => tx.due.breakGlassNotices(now, GRANTS_AT_ONCE))
  for (const notice of due) await tellOf(services, notice, now)
  return due.length
}

async function tellOf(services: Services, { id, scope }: Found, now: Date): Promise<void> {
  const { store, mailer, log } = services
  // Taken for a while first, so that another process does not send the same.
  const facts = await store.asAccount(scope, async (tx) => {
    await tx.breakGlass.notified(id, new Date(now.getTime() + RETRY_MS))
    const grant = await tx.breakGlass.get(id)
    const member = grant && (await tx.members.list()).find((each) => each.personId === grant.personId)
    return {
      grant,
      who: member ? maskEmail(member.email) : 'somebody',
      owners: await tx.members.ownerEmails(),
    }
  })
  const { grant, who, owners } = facts
  if (!grant || !mailer) return
  const end = () => store.asAccount(scope, (tx) => tx.breakGlass.notified(id, null))
  // Reviewed between the look and now: there is nothing to remind of any more.
  if (grant.alarms > 0 && grant.reviewedAt !== null) return end()
  try {
    const { mailId, ...words } =
      grant.alarms === 0 ? useText(services, grant, who) : alarmText(services, grant, who)
    for (const [index, to] of owners.entries()) {
      await mailer.send({ id: `${mailId}.${index}`, to, ...words, at: now })
    }
    await end()
  } catch (error) {
    log.warn('break_glass.not_mailed', { accountId: scope.accountId, error })
    if (now.getTime() - (grant.alarmedAt ?? grant.createdAt).getTime() > GIVE_UP_MS) await end()
  }
}

interface Words {
  readonly mailId: string
  readonly subject: string
  readonly text: string
}

function useText({ policy }: Services, grant: BreakGlassRow, who: string): Words {
  const { id, mode, createdAt, expiresAt } = grant
  const lines = [
    `${who} used emergency access (${mode} mode) at ${createdAt.toISOString()}.`,
    `It ends at ${expiresAt.toISOString()}.`,
    '',
    `Review it: ${policy.publicUrl ?? ''}/v2/break-glass (${id}).`,
    '',
  ]
  return { mailId: id, subject: 'Emergency access was used', text: lines.join('\n') }
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
    mailId: `${id}.unreviewed${alarms}`,
    subject: 'Nobody has reviewed emergency access',
    text: lines.join('\n'),
  }
}
