import { isIP } from 'node:net'
import { HttpOutError, type HttpOutPolicy } from '../../ports/http-out.ts'
import { admit } from '../addresses/address-policy.ts'

/** Every address of a name. */
export type Resolve = (hostname: string) => Promise<readonly string[]>

/** A URL whose every address was checked. Only these addresses may be dialled. */
export interface Target {
  readonly url: URL
  /** Lower case, IPv6 without brackets: what TLS verifies. */
  readonly hostname: string
  readonly port: number
  readonly addresses: readonly string[]
}

/** Mail, name and other well-known services speak on low ports; a web server there has one of these two. */
const LOW_PORTS = new Set([80, 443])
const FIRST_HIGH_PORT = 1_024

/**
 * @throws HttpOutError `address_refused`, `connect` (no such name), or the signal's reason
 */
export async function checkTarget(
  text: string,
  policy: HttpOutPolicy,
  resolve: Resolve,
  signal: AbortSignal,
): Promise<Target> {
  const url = parse(text)
  const hostname = url.hostname.replace(/^\[|\]$/g, '').toLowerCase()
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port)
  const addresses = isIP(hostname) === 0 ? await lookUp(hostname, resolve, signal) : [hostname]
  const admissions = addresses.map((address) => admit(hostname, address, policy))
  if (admissions.includes(undefined)) throw refused('The URL leads to an address that is not public.')
  if (admissions.includes('public') && port < FIRST_HIGH_PORT && !LOW_PORTS.has(port)) {
    throw refused('The URL names a port of another service than the web.')
  }
  return { url, hostname, port, addresses }
}

function parse(text: string): URL {
  const url = URL.parse(text)
  if (url === null) throw refused('The URL cannot be read.')
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw refused('The URL is neither http nor https.')
  if (url.username !== '' || url.password !== '') throw refused('The URL holds a user name or a password.')
  return url
}

async function lookUp(hostname: string, resolve: Resolve, signal: AbortSignal): Promise<readonly string[]> {
  const addresses = await abortable(resolve(hostname), signal).catch((cause: unknown) => {
    signal.throwIfAborted()
    throw new HttpOutError('connect', 'The host name of the URL could not be resolved.', { cause })
  })
  if (addresses.length === 0) throw new HttpOutError('connect', 'The host name of the URL has no address.')
  return addresses
}

function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted()
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}

function refused(sentence: string): HttpOutError {
  return new HttpOutError('address_refused', sentence)
}
