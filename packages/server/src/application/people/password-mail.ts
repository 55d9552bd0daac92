import type { PersonRow } from '../../ports/store/people-store.ts'
import type { Services } from '../services.ts'

/**
 * Mails a way to choose a new password. The link names this server as its operator does and never as the request did: a request says whatever its sender
 * likes, and the token would go there.
 */
export function mailReset(
  services: Services,
  person: PersonRow,
  token: string,
  minutes: number,
): Promise<void> {
  const { publicUrl } = services.policy
  // The token stands behind the #, so no server and no proxy on the way logs it.
  const way =
    publicUrl === undefined
      ? `Enter this where you asked for it, within ${minutes} minutes. It works once:\n\n${token}`
      : `Follow this link within ${minutes} minutes. It works once:\n\n${publicUrl}/reset-password#${token}`
  const text = [
    'Somebody, probably you, asked for a new password for Answerback, the fax of your clinic.',
    '',
    way,
    '',
    'Your second factor stays as it is. If you did not ask for this, ignore it: nothing has changed.',
    '',
  ].join('\n')
  return mail(services, person, 'Choose a new password', text)
}

/** To somebody who never had one. */
export function mailNoPassword(services: Services, person: PersonRow): Promise<void> {
  const text = [
    'Somebody, probably you, asked for a new password for Answerback, the fax of your clinic.',
    '',
    'You have no password there: you sign in with a passkey, or where your clinic has you sign in for all its programs.',
    'If that does not work, ask an owner or administrator of your account.',
    '',
  ].join('\n')
  return mail(services, person, 'You sign in without a password', text)
}

/** However it was changed: whoever did not do it learns of it. */
export function mailPasswordChanged(services: Services, person: PersonRow): Promise<void> {
  const at = new Date(services.clock.now()).toISOString()
  const text = [
    `Your password for Answerback, the fax of your clinic, was changed at ${at}.`,
    'Sessions that were begun with the old one have ended.',
    '',
    'If it was not you, tell an owner or administrator of your account at once: they disable you and invite you again.',
    '',
  ].join('\n')
  return mail(services, person, 'Your password was changed', text)
}

/** Never rejects: a mail that is lost is asked for again, and no password waits for one. */
async function mail(services: Services, person: PersonRow, subject: string, text: string): Promise<void> {
  const { mailer, clock, log, random } = services
  if (!mailer) return
  try {
    await mailer.send({
      id: random.id('pwd'),
      to: person.email,
      subject,
      text,
      at: new Date(clock.now()),
    })
  } catch (error) {
    log.warn('password.not_mailed', { userId: person.id, error })
  }
}
