import { ParseError } from '../../parse-error.ts'
import { type CSeq, parseCSeq } from './headers.ts'
import { parseNameAddr } from './name-addr.ts'
import type { SipMessage } from './sip-message.ts'
import { parseVia, type Via } from './via.ts'

/** What every message must have before anything can be done with it (RFC 3261 §8.1.1), read once. */
export interface Envelope {
  readonly via: Via
  /** The top Via as text. */
  readonly viaText: string
  readonly branch: string
  readonly callId: string
  readonly cseq: CSeq
  readonly fromTag: string
  readonly toTag: string
}

const CALL_ID_CHARS_MAX = 512
const TAG_CHARS_MAX = 256

/** @throws {ParseError} when one is missing or unreadable. */
export function readEnvelope(message: SipMessage): Envelope {
  const viaText = message.headers.list('via')[0]
  if (viaText === undefined) throw new ParseError('sip.via', 0, 'is missing')
  const via = parseVia(viaText)
  const cseq = parseCSeq(message.headers.get('cseq'))
  if (message.kind === 'request' && cseq.method !== message.method) {
    throw new ParseError('sip.cseq', 0, 'names another method than the request')
  }
  const callId = message.headers.get('call-id') ?? ''
  if (callId === '' || callId.length > CALL_ID_CHARS_MAX)
    throw new ParseError('sip.call_id', 0, 'is missing or too long')
  return {
    via,
    viaText,
    branch: via.parameters.get('branch') ?? '',
    callId,
    cseq,
    fromTag: readTag(message, 'from'),
    toTag: readTag(message, 'to'),
  }
}

function readTag(message: SipMessage, name: 'from' | 'to'): string {
  const value = message.headers.get(name)
  if (value === undefined) throw new ParseError(`sip.${name}`, 0, 'is missing')
  const tag = parseNameAddr(value, `sip.${name}`).parameters.get('tag') ?? ''
  if (tag.length > TAG_CHARS_MAX) throw new ParseError(`sip.${name}`, 0, 'has too long a tag')
  return tag
}
