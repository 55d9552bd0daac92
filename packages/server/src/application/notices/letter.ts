import type { Mail } from '../../ports/mailer.ts'

export type Words = Pick<Mail, 'subject' | 'text'>

/** What a notice says, and to whom. */
export type Letter = Words & Pick<Mail, 'to'>
