import type { Mail } from '../ports/mailer.ts'
import type { Services } from './services.ts'

/** Somebody a mail goes to, under a key that stays theirs whoever else is mailed. */
export interface Addressee {
  readonly key: string
  readonly email: string
}

export interface MailedEach {
  /** Keys of all who have theirs now. */
  readonly reached: readonly string[]
  /** Why somebody does not; `undefined` when everybody has. */
  readonly error: unknown
}

/**
 * Mails everybody who has not had it yet, all at once: an address that is refused keeps nobody else waiting. A copy of a process that died before it
 * wrote down whom it had reached has the same Message-ID.
 * @param mail its id is followed by the addressee's key
 */
export async function mailEach(
  { mailer }: Pick<Services, 'mailer'>,
  addressees: readonly Addressee[],
  had: readonly string[],
  mail: Omit<Mail, 'to'>,
): Promise<MailedEach> {
  if (!mailer) return { reached: had, error: undefined }
  const waiting = addressees.filter(({ key }) => !had.includes(key))
  const results = await Promise.allSettled(
    waiting.map(async ({ key, email }) => {
      await mailer.send({ ...mail, id: `${mail.id}.${key}`, to: email })
      return key
    }),
  )
  return {
    reached: [...had, ...results.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))],
    error: results.find((each) => each.status === 'rejected')?.reason,
  }
}
