import type { NoticeError } from '../domain/notices/notice.ts'

export interface Mail {
  /** Stable over repeated sending, so that a mailbox can drop a copy. */
  readonly id: string
  /** One plain address. */
  readonly to: string
  readonly subject: string
  /** Plain text, lines ended by `\n`. */
  readonly text: string
  readonly at: Date
}

/** Hands mail to a mail server. */
export interface Mailer {
  /** Resolves when the server has taken it. @throws MailError */
  send(mail: Mail): Promise<void>
}

/** Its message is ours: what a mail server says may repeat the address. */
export class MailError extends Error {
  override readonly name = 'MailError'
  readonly code: NoticeError

  constructor(code: NoticeError) {
    super(`The mail was not taken (${code}).`)
    this.code = code
  }
}
