import { ParseError } from '../../parse-error.ts'
import { hostText, type SipAddress, type SipTransport } from '../address.ts'
import { splitParameters } from './split.ts'

/** A sip:, sips: or tel: URI. For tel: the number is `user` and `host` is ''. */
interface SipUri {
  readonly scheme: 'sip' | 'sips' | 'tel'
  /** Without a password, escapes decoded; '' when there is none. */
  readonly user: string
  /** Lower case, without the brackets of an IPv6 address. */
  readonly host: string
  readonly port: number | undefined
  readonly parameters: ReadonlyMap<string, string>
}

const HOST = /^(?:\[([0-9a-fA-F:.]{2,64})\]|([A-Za-z0-9\-._]{1,255}))(?::(\d{1,5}))?$/

/** @throws {ParseError} for other schemes and for hosts no network has. */
export function parseUri(text: string): SipUri {
  const scheme = /^(sips?|tel):/i.exec(text)?.[1]?.toLowerCase() as SipUri['scheme'] | undefined
  if (scheme === undefined) throw new ParseError('sip.uri', 0, 'has no scheme we speak')
  const rest = text.slice(scheme.length + 1)
  if (scheme === 'tel') {
    const { value, parameters } = splitParameters(rest, 'sip.uri')
    return { scheme, user: decode(value), host: '', port: undefined, parameters }
  }
  // Headers after `?` are for web pages that start calls; a user part may hold `;` and `?` but the last @ ends it.
  const at = rest.lastIndexOf('@')
  const user = at < 0 ? '' : decode(rest.slice(0, at).replace(/:.*$/, ''))
  const { value, parameters } = splitParameters(rest.slice(at + 1).split('?', 1)[0]!, 'sip.uri')
  const host = HOST.exec(value)
  const port = host?.[3] === undefined ? undefined : Number(host[3])
  if (host === null || (port !== undefined && (port === 0 || port > 65_535))) {
    throw new ParseError('sip.uri', scheme.length + 1, 'has no usable host and port')
  }
  return { scheme, user, host: (host[1] ?? host[2])!.toLowerCase(), port, parameters }
}

/** `sip:user@host:port`; characters that may not stand in a user part are escaped (RFC 3261 §25.1). */
export function writeUri(user: string, host: string, port?: number, parameters = ''): string {
  const escaped = user.replace(
    /[^A-Za-z0-9\-_.!~*'()&=+$,;?/]/g,
    (char) => `%${(char.charCodeAt(0) & 0xff).toString(16).padStart(2, '0').toUpperCase()}`,
  )
  const where = hostText(host) + (port === undefined ? '' : `:${port}`)
  return `sip:${escaped === '' ? '' : `${escaped}@`}${where}${parameters}`
}

/** Where a request for this URI goes (RFC 3263 without DNS, which is the adapter's). */
export function uriAddress(uri: SipUri, fallback: SipTransport): SipAddress {
  const named = uri.parameters.get('transport')?.toLowerCase()
  const transport =
    uri.scheme === 'sips' ? 'tls' : named === 'udp' || named === 'tcp' || named === 'tls' ? named : fallback
  const host = uri.parameters.get('maddr') ?? uri.host
  return { transport, host, port: uri.port ?? (transport === 'tls' ? 5061 : 5060) }
}

function decode(text: string): string {
  return text.replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}
