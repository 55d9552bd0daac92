import { ParseError } from '../../parse-error.ts'
import { bytesOf, textOf } from '../message/latin1.ts'
import type { SipMessage } from '../message/sip-message.ts'
import { splitParameters } from '../message/split.ts'
import { parseSdp } from './parse-sdp.ts'
import type { SessionDescription } from './session-description.ts'

/** The description a message carries: `none` is an INVITE that wants our offer, `unreadable` one that gets a 488. */
export function readDescription(message: SipMessage): SessionDescription | 'none' | 'unreadable' {
  if (message.body.length === 0) return 'none'
  try {
    const { value, parameters } = splitParameters(
      message.headers.get('content-type') ?? 'application/sdp',
      'content-type',
    )
    const type = value.toLowerCase()
    if (type === 'application/sdp') return parseSdp(message.body)
    if (!type.startsWith('multipart/')) return 'unreadable'
    const part = sdpPart(textOf(message.body), parameters.get('boundary') ?? '')
    return part === undefined ? 'unreadable' : parseSdp(bytesOf(part))
  } catch (error) {
    if (error instanceof ParseError) return 'unreadable'
    throw error
  }
}

/** Gateways to the telephone network pack an ISUP part beside the SDP (RFC 3372 §5). */
function sdpPart(text: string, boundary: string): string | undefined {
  if (boundary === '' || boundary.length > 70) return undefined
  for (const part of text.split(`--${boundary}`, 16)) {
    const headEnd = /\r?\n\r?\n/.exec(part)
    if (headEnd === null) continue
    if (/content-type\s{0,4}:\s{0,4}application\/sdp/i.test(part.slice(0, headEnd.index))) {
      return part.slice(headEnd.index + headEnd[0].length)
    }
  }
  return undefined
}
