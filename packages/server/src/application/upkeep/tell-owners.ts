import { maskEmail } from '../../domain/email-address.ts'
import type { Found } from '../../ports/store/scope.ts'
import type { Services } from '../services.ts'

const GRANTS_AT_ONCE = 20
const RETRY_MS = 60_000
const GIVE_UP_MS = 24 * 3_600_000

/**
 * Mails each owner that emergency access was used, from a sweep: the row says that it is due, so no crash forgets it. Where a mail fails all are
 * mailed again later; a mail says by its id that it is the same.
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
  try {
    for (const [index, to] of owners.entries()) {
      const until = grant.expiresAt.toISOString()
      const text = `${who} used emergency access (${grant.mode} mode) at ${grant.createdAt.toISOString()}.\nIt ends at ${until}.\n\nReview it: ${services.policy.publicUrl ?? ''}/v2/break-glass (${id}).\n`
      await mailer.send({ id: `${id}.${index}`, to, subject: 'Emergency access was used', text, at: now })
    }
    await store.asAccount(scope, (tx) => tx.breakGlass.notified(id, null))
  } catch (error) {
    log.warn('break_glass.not_mailed', { accountId: scope.accountId, error })
    if (now.getTime() - grant.createdAt.getTime() > GIVE_UP_MS) {
      await store.asAccount(scope, (tx) => tx.breakGlass.notified(id, null))
    }
  }
}
