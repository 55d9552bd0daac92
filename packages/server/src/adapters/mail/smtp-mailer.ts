import { createTransport } from 'nodemailer'
import type { NoticeError } from '../../domain/notices/notice.ts'
import { type Mail, MailError, type Mailer } from '../../ports/mailer.ts'

/** A mail server that takes our mail. */
export interface SmtpServer {
  readonly host: string
  readonly port: number
  /**
   * `implicit`: TLS from the first byte (RFC 8314 §3.3); `starttls`: nothing is sent before the upgrade; `none`: on this machine only.
   * The server's certificate is checked in both.
   */
  readonly tls: 'implicit' | 'starttls' | 'none'
  readonly login: { readonly user: string; readonly password: string } | undefined
  /** Address our mail comes from. */
  readonly from: string
}

export interface SmtpLimits {
  readonly connectMs: number
  /** Without a word from the server. */
  readonly silenceMs: number
  /** For a whole mail, however slowly the server speaks. */
  readonly totalMs: number
}

/** A server that is well answers in a second; whoever waits for the rest is a worker. */
const LIMITS: SmtpLimits = { connectMs: 10_000, silenceMs: 20_000, totalMs: 60_000 }
/** Of a reply: nothing longer is worth reading. */
const RESPONSE_BYTES_MAX = 64 * 1024

/** Mail over SMTP (RFC 5321), a connection each. */
export function createSmtpMailer(server: SmtpServer, limits: SmtpLimits = LIMITS): Mailer {
  const { host, port, tls, login, from } = server
  return {
    async send(mail) {
      const transport = createTransport({
        host,
        port,
        secure: tls === 'implicit',
        requireTLS: tls === 'starttls',
        ignoreTLS: tls === 'none',
        ...(login ? { auth: { user: login.user, pass: login.password } } : {}),
        connectionTimeout: limits.connectMs,
        dnsTimeout: limits.connectMs,
        greetingTimeout: limits.silenceMs,
        socketTimeout: limits.silenceMs,
        maxResponseSize: RESPONSE_BYTES_MAX,
        tls: { minVersion: 'TLSv1.2' },
        // A mail is what its text says: nothing in it names a file or an address to fetch.
        disableFileAccess: true,
        disableUrlAccess: true,
      })
      try {
        await within(limits.totalMs, transport.sendMail(messageOf(mail, from)))
      } catch (error) {
        throw error instanceof MailError ? error : new MailError(codeOf(error))
      } finally {
        transport.close()
      }
    },
  }
}

function messageOf(mail: Mail, from: string) {
  return {
    from: { name: 'Answerback', address: from },
    // An object is one address and no list, whatever stands in it.
    to: { name: '', address: mail.to },
    envelope: { from, to: mail.to },
    subject: mail.subject,
    text: mail.text,
    date: mail.at,
    messageId: `<${mail.id}@${from.slice(from.lastIndexOf('@') + 1)}>`,
    // RFC 3834 §5: no out-of-office note is to answer it.
    headers: { 'Auto-Submitted': 'auto-generated' },
  }
}

async function within<T>(limitMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new MailError('timeout')), limitMs)
  })
  try {
    return await Promise.race([work, limit])
  } finally {
    clearTimeout(timer)
    // When the limit came first, what becomes of the mail is not waited for: the transport is closed.
    work.catch(() => undefined)
  }
}

/** Nodemailer's codes, and the class of the server's reply (RFC 5321 §4.2.1). */
function codeOf(error: unknown): NoticeError {
  const { code, permanent, responseCode, originalCode } = error as {
    code?: string
    permanent?: boolean
    responseCode?: number
    originalCode?: string
  }
  switch (code) {
    case 'EENVELOPE':
    case 'EMESSAGE':
      return permanent === true ? 'refused' : responseCode === undefined ? 'protocol' : 'deferred'
    case 'EAUTH':
    case 'ENOAUTH':
      return 'login'
    case 'ETIMEDOUT':
      return 'timeout'
    case 'ETLS':
      return 'tls'
    case 'EDNS':
    case 'ECONNECTION':
      return 'connect'
    case 'ESOCKET':
      // A certificate that does not hold is told as the socket's error.
      return /CERT|SELF_SIGNED|UNABLE_TO|SSL|TLS/.test(originalCode ?? '') ? 'tls' : 'connect'
    default:
      return 'protocol'
  }
}
