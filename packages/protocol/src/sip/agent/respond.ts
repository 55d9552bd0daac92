import type { SipAddress } from '../address.ts'
import {
  EMPTY_BODY,
  type HeaderLine,
  Headers,
  type SipRequest,
  type SipResponse,
} from '../message/sip-message.ts'
import { noteSource } from '../message/via.ts'
import { reasonPhrase } from './reason-phrases.ts'

export const ALLOW: HeaderLine = ['allow', 'INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, PRACK']
export const SUPPORTED: HeaderLine = ['supported', 'timer, 100rel']
/** Extensions a peer may require of us. `100rel` needs nothing: we send no provisional but 100 to such a caller. */
export const SUPPORTED_TAGS: readonly string[] = ['timer', '100rel']

export interface ResponseParts {
  /** Our tag, unless the request's To has one. */
  readonly toTag?: string
  readonly headers?: readonly HeaderLine[]
  readonly body?: Uint8Array
}

/** A response to a request that came from `source` (RFC 3261 §8.2.6). */
export function responseTo(
  request: SipRequest,
  source: SipAddress,
  status: number,
  parts: ResponseParts = {},
): SipResponse {
  const [top, ...others] = request.headers.list('via')
  const to = request.headers.get('to')!
  const hasTag = /;\s*tag\s*=/i.test(to.slice(to.lastIndexOf('>') + 1))
  const opensDialog = request.method === 'INVITE' && status > 100 && status < 300
  const lines: HeaderLine[] = [
    ['via', noteSource(top!, source)],
    ...others.map((via) => ['via', via] as const),
    ...(opensDialog
      ? request.headers.all('record-route').map((route) => ['record-route', route] as const)
      : []),
    ['from', request.headers.get('from')!],
    ['to', hasTag || parts.toTag === undefined ? to : `${to};tag=${parts.toTag}`],
    ['call-id', request.headers.get('call-id')!],
    ['cseq', request.headers.get('cseq')!],
    ...(parts.headers ?? []),
  ]
  if (parts.body !== undefined && parts.body.length > 0) lines.push(['content-type', 'application/sdp'])
  return {
    kind: 'response',
    status,
    reason: reasonPhrase(status),
    headers: new Headers(lines),
    body: parts.body ?? EMPTY_BODY,
  }
}
