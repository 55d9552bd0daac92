import { ParseError } from '../../parse-error.ts'
import { defaultPort, type SipAddress, type SipTransport } from '../address.ts'
import { splitParameters } from './split.ts'

export interface Via {
  /** Upper case as written: UDP, TCP, TLS, or one we never use ourselves. */
  readonly transport: string
  readonly host: string
  readonly port: number | undefined
  readonly parameters: ReadonlyMap<string, string>
}

/**
 * One Via value (RFC 3261 §20.42), transport in capitals, an IPv6 host without its brackets.
 * @throws ParseError `sip.via`
 */
export function parseVia(text: string): Via {
  const { value, parameters } = splitParameters(text, 'sip.via')
  const parts =
    /^SIP\s*\/\s*2\.0\s*\/\s*([A-Za-z0-9-]{1,16})\s+(?:\[([0-9a-fA-F:.]{2,64})\]|([^\s:[\]]{1,255}))(?:\s*:\s*(\d{1,5}))?$/i.exec(
      value,
    )
  if (parts === null) throw new ParseError('sip.via', 0, 'is not a protocol and a host')
  const port = parts[4] === undefined ? undefined : Number(parts[4])
  if (port !== undefined && (port === 0 || port > 65_535))
    throw new ParseError('sip.via', 0, 'has no usable port')
  return { transport: parts[1]!.toUpperCase(), host: (parts[2] ?? parts[3])!, port, parameters }
}

/**
 * The top Via with what the server must note on it: where the request really came from (RFC 3261 §18.2.1), and the
 * port too when the client asked (RFC 3581 §4).
 */
export function noteSource(text: string, source: SipAddress): string {
  const via = parseVia(text)
  const asked = via.parameters.has('rport')
  let noted = text
  if (asked) noted = noted.replace(/;\s*rport(?:\s*=\s*\d*)?(?=\s*(?:;|$))/i, `;rport=${source.port}`)
  if (!asked && via.host.toLowerCase() === source.host.toLowerCase()) return noted
  // An honest client leaves `received` out; one that wrote its own does not decide where we answer.
  return `${noted.replace(/;\s*received\s*=[^;]*/gi, '')};received=${source.host}`
}

/** Where the response to a request goes (RFC 3261 §18.2.2, RFC 3581 §4). */
export function responseAddress(via: Via, source: SipAddress): SipAddress {
  // A stream's answer goes back on the connection the request came by.
  if (source.transport !== 'udp' || via.parameters.has('rport')) return source
  return { ...source, port: via.port ?? defaultPort('udp') }
}

/** What the far end saw as our address: `received` and `rport` of our own Via in its response. */
export function seenAddress(via: Via): { readonly host: string; readonly port: number } {
  const port = Number(via.parameters.get('rport'))
  return {
    host: via.parameters.get('received') || via.host,
    port: Number.isInteger(port) && port > 0 && port < 65_536 ? port : (via.port ?? 5060),
  }
}

/** Name on a Via of ours. */
export function viaTransport(transport: SipTransport): string {
  return transport.toUpperCase()
}
