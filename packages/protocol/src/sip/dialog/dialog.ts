import { ParseError } from '../../parse-error.ts'
import type { SipAddress, SipTransport } from '../address.ts'
import { readEnvelope } from '../message/envelope.ts'
import { parseNameAddr } from '../message/name-addr.ts'
import type { HeaderLine, Headers, SipRequest, SipResponse } from '../message/sip-message.ts'
import { splitList } from '../message/split.ts'
import { parseUri, uriAddress, writeUri } from '../message/uri.ts'

/** A peer-to-peer relation (RFC 3261 §12). Sequence numbers are the call's, who may have several early dialogs. */
export interface Dialog {
  readonly callId: string
  readonly localTag: string
  readonly remoteTag: string
  /** Whole header values, tags included. */
  readonly local: string
  readonly remote: string
  /** Route header values, nearest first. */
  readonly routes: readonly string[]
  /** The peer's Contact: where requests are meant for. Refreshed by re-INVITE (RFC 3261 §12.2). */
  remoteTarget: string
  /** Of the peer's last request in sequence; undefined before the first. */
  remoteCSeq: number | undefined
  /** Proxies that strip nothing and Contacts behind NAT are reached where the messages come from. */
  readonly fallback: SipAddress
  /** `fallback` is the far end of a connection the peer opened, and gone with it. */
  readonly isPeersConnection: boolean
}

/** The dialog a response to our INVITE opens (RFC 3261 §12.1.2). One without a usable Contact is reached as before. */
export function dialogOfResponse(request: SipRequest, response: SipResponse, from: SipAddress): Dialog {
  const envelope = readEnvelope(response)
  return {
    callId: envelope.callId,
    localTag: envelope.fromTag,
    remoteTag: envelope.toTag,
    local: request.headers.get('from')!,
    remote: response.headers.get('to')!,
    routes: routesOf(response.headers).reverse(),
    remoteTarget: contactOf(response.headers) ?? request.uri,
    remoteCSeq: undefined,
    fallback: from,
    isPeersConnection: false,
  }
}

/** The dialog an INVITE to us opens (RFC 3261 §12.1.1). One without a usable Contact is reached by its From. */
export function dialogOfRequest(request: SipRequest, localTag: string, from: SipAddress): Dialog {
  const envelope = readEnvelope(request)
  const remoteTarget =
    contactOf(request.headers) ??
    usableUri(request.headers.get('from')!) ??
    writeUri('', from.host, from.port)
  return {
    callId: envelope.callId,
    localTag,
    remoteTag: envelope.fromTag,
    local: `${request.headers.get('to')!};tag=${localTag}`,
    remote: request.headers.get('from')!,
    routes: routesOf(request.headers),
    remoteTarget,
    remoteCSeq: envelope.cseq.number,
    fallback: from,
    isPeersConnection: from.transport !== 'udp',
  }
}

/** The URI of the first Contact, if it is one we can send to. */
export function contactOf(headers: Headers): string | undefined {
  const value = headers.get('contact')
  return value === undefined ? undefined : usableUri(splitList(value, 'contact')[0] ?? '')
}

/** The route set, or none of it when a part is unreadable: half a route leads nowhere. */
function routesOf(headers: Headers): string[] {
  const routes = headers.list('record-route')
  return routes.every((route) => usableUri(route) !== undefined) ? routes : []
}

function usableUri(value: string): string | undefined {
  try {
    const { uri } = parseNameAddr(value, 'sip.contact')
    parseUri(uri)
    return uri
  } catch (error) {
    if (error instanceof ParseError) return undefined
    throw error
  }
}

interface DialogTarget {
  readonly uri: string
  readonly routes: readonly HeaderLine[]
  readonly to: SipAddress
}

/** Request-URI, Route headers and next hop of a request inside the dialog (RFC 3261 §12.2.1.1). */
export function targetOf(dialog: Dialog, transport: SipTransport): DialogTarget {
  const [next] = dialog.routes
  if (next === undefined) {
    return { uri: dialog.remoteTarget, routes: [], to: addressOf(dialog.remoteTarget, dialog, transport) }
  }
  const { uri } = parseNameAddr(next, 'sip.route')
  if (parseUri(uri).parameters.has('lr')) {
    const routes = dialog.routes.map((route) => ['route', route] as const)
    return { uri: dialog.remoteTarget, routes, to: addressOf(uri, dialog, transport) }
  }
  // A strict router of RFC 2543 wants to be the Request-URI itself, and the target at the end of the routes.
  const routes = [...dialog.routes.slice(1), `<${dialog.remoteTarget}>`].map(
    (route) => ['route', route] as const,
  )
  return { uri, routes, to: addressOf(uri, dialog, transport) }
}

function addressOf(uri: string, dialog: Dialog, transport: SipTransport): SipAddress {
  const parsed = parseUri(uri)
  // A telephone number names no host.
  if (parsed.scheme === 'tel') return dialog.fallback
  const named = uriAddress(parsed, transport)
  // On a stream the connection that is open is the way (RFC 5923).
  if (dialog.isPeersConnection) return { ...dialog.fallback, orElse: named }
  return dialog.fallback.transport === 'udp' ? named : dialog.fallback
}
