import type { Services } from '../services.ts'
import type { MadeInvitation } from './invite-person.ts'

const DAY_MS = 86_400_000

/**
 * Mails the invitation, where there is a mail server. The link names this server as its operator does and never as the request did: a request says
 * whatever its sender likes, and the token would go there. The inviter has it as well, so a mail that is lost loses nothing.
 * @returns whether it was taken
 */
export async function mailInvitation(
  services: Services,
  { invitation, token }: MadeInvitation,
): Promise<boolean> {
  const { mailer, clock, log, policy } = services
  if (!mailer) return false
  const days = (invitation.expiresAt.getTime() - invitation.createdAt.getTime()) / DAY_MS
  // The token stands behind the #, so no server and no proxy on the way logs it.
  const way =
    policy.publicUrl === undefined
      ? `Enter this where your clinic accepts invitations, within ${days} days. It works once:\n\n${token}`
      : `Follow this link within ${days} days:\n\n${policy.publicUrl}/invitation#${token}`
  const text = [
    'You were invited to Answerback, the fax of your clinic.',
    '',
    way,
    '',
    'If you did not expect this, ignore it.',
    '',
  ].join('\n')
  try {
    await mailer.send({
      id: invitation.id,
      to: invitation.email,
      subject: 'Invitation to Answerback',
      text,
      at: new Date(clock.now()),
    })
    return true
  } catch (error) {
    log.warn('invitation.not_mailed', { accountId: invitation.accountId, error })
    return false
  }
}
