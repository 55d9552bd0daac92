import { isIP } from 'node:net'
import { isEmailAddress } from '../domain/email-address.ts'
import type { Misconfiguration } from './misconfiguration.ts'

/** A mail server and the address our mail comes from. */
export interface SmtpConfig {
  readonly host: string
  readonly port: number
  readonly tls: 'implicit' | 'starttls' | 'none'
  readonly login: { readonly user: string; readonly password: string } | undefined
  readonly from: string
}

/** RFC 6409 §3.1 and RFC 8314 §7.3; a relay on this machine listens on 25. */
const PORTS = { implicit: 465, starttls: 587, none: 25 } as const

/**
 * `smtps://` speaks TLS from the first byte, `smtp://` asks for STARTTLS and sends nothing without it; only a relay on this machine is spoken to
 * in the clear. `undefined` while no mail is sent. Every fault goes to `faults`, with its fix, and none repeats the password.
 */
export function readSmtpConfig(
  settings: { readonly smtpUrl: string | undefined; readonly mailFrom: string | undefined },
  faults: Misconfiguration[],
): SmtpConfig | undefined {
  const { smtpUrl, mailFrom } = settings
  const fault = (setting: string, sentence: string, fix: string) => {
    faults.push({ setting, sentence, fix })
    return undefined
  }
  if (smtpUrl === undefined) {
    if (mailFrom === undefined) return undefined
    const fix = 'Set ANSWERBACK_SMTP_URL, such as smtps://user:password@mail.clinic.example, or remove it.'
    return fault('ANSWERBACK_MAIL_FROM', 'It does nothing without a mail server.', fix)
  }
  const server = parseServer(smtpUrl)
  if (!server) {
    const fix =
      'Give smtps:// or smtp://, user and password where the server asks for them, a host and a port; nothing after them.'
    return fault('ANSWERBACK_SMTP_URL', 'It is not the address of a mail server.', fix)
  }
  if (mailFrom === undefined || !isEmailAddress(mailFrom)) {
    const fix = 'Give a plain address such as fax@clinic.example that the mail server lets us send from.'
    return fault('ANSWERBACK_MAIL_FROM', 'Mail needs an address it comes from.', fix)
  }
  return { ...server, from: mailFrom }
}

function parseServer(text: string): Omit<SmtpConfig, 'from'> | undefined {
  const url = URL.parse(text)
  if (!url || !/^smtps?:$/.test(url.protocol) || url.hostname === '') return undefined
  if (!['', '/'].includes(url.pathname) || url.search !== '' || url.hash !== '') return undefined
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (isIP(host) === 0 && !/^[A-Za-z0-9.-]+$/.test(host)) return undefined
  const tls = url.protocol === 'smtps:' ? 'implicit' : isHere(host) ? 'none' : 'starttls'
  const port = url.port === '' ? PORTS[tls] : Number(url.port)
  const login = loginOf(url)
  return login === 'malformed' || port === 0 ? undefined : { host, port, tls, login }
}

/** `localhost` never leaves this machine (RFC 6761 §6.3); no other name is taken at its word. */
function isHere(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}

function loginOf({ username, password }: URL): SmtpConfig['login'] | 'malformed' {
  if (username === '' && password === '') return undefined
  if (username === '' || password === '') return 'malformed'
  try {
    return { user: decodeURIComponent(username), password: decodeURIComponent(password) }
  } catch {
    return 'malformed'
  }
}
