import { ParseError } from '../../parse-error.ts'
import { HEADER_BYTES_MAX, HEADER_COUNT_MAX, MESSAGE_BYTES_MAX } from '../limits.ts'
import { canonicalName } from './header-names.ts'
import { textOf } from './latin1.ts'
import { type HeaderLine, Headers, type SipMessage } from './sip-message.ts'
import { readNumber } from './split.ts'

const LF = 10
const CR = 13
const TOKEN = /^[A-Za-z0-9\-.!%*_+`'~]+$/
/** Anything but tab, printable ASCII and bytes of other alphabets: a stray CR or NUL would be echoed into headers. */
const CONTROL = /[^\t\x20-\x7e\x80-\xff]/

/**
 * Reads one message: a datagram, or one piece cut from a stream. Tolerates bare LF line ends, empty lines before the
 * start line, folded headers, compact names, spaces around the colon, and lines without a colon (skipped).
 *
 * @throws {ParseError} for anything that is not a SIP message; time is linear in its size.
 */
export function parseMessage(bytes: Uint8Array): SipMessage {
  if (bytes.length > MESSAGE_BYTES_MAX)
    throw new ParseError('sip.message', 0, 'is longer than a message may be')
  let at = 0
  while (at < bytes.length && (bytes[at] === LF || bytes[at] === CR)) at++
  const start = readLine(bytes, at)
  const { lines, bodyAt } = readHeaderLines(bytes, start.next)
  const headers = new Headers(lines)
  const body = readBody(bytes, bodyAt, headers)
  return { ...readStartLine(start.text, at), headers, body }
}

function readStartLine(text: string, offset: number) {
  const status = /^SIP\/2\.0 +([1-6]\d\d)(?: (.{0,256}))?/i.exec(text)
  if (status !== null) {
    return { kind: 'response', status: Number(status[1]), reason: (status[2] ?? '').trim() } as const
  }
  const [method = '', uri = '', version = '', ...rest] = text.trim().split(/ +/, 4)
  if (!TOKEN.test(method) || uri === '' || rest.length > 0) {
    throw new ParseError('sip.start_line', offset, 'is neither a request nor a response')
  }
  if (version.toUpperCase() !== 'SIP/2.0') throw new ParseError('sip.version', offset, 'is not SIP/2.0')
  return { kind: 'request', method, uri } as const
}

interface Line {
  readonly text: string
  /** Where the next line starts. */
  readonly next: number
}

function readLine(bytes: Uint8Array, at: number): Line {
  const window = bytes.subarray(at, at + HEADER_BYTES_MAX + 2)
  const found = window.indexOf(LF)
  if (found < 0) {
    const reason = window.length > HEADER_BYTES_MAX ? 'is longer than a line may be' : 'does not end'
    throw new ParseError('sip.line', at, reason)
  }
  const end = found > 0 && window[found - 1] === CR ? found - 1 : found
  const text = textOf(window.subarray(0, end))
  if (CONTROL.test(text)) throw new ParseError('sip.line', at, 'holds a control character')
  return { text, next: at + found + 1 }
}

function readHeaderLines(bytes: Uint8Array, from: number): { lines: HeaderLine[]; bodyAt: number } {
  const lines: HeaderLine[] = []
  let pending: { name: string; value: string } | undefined
  const flush = () => {
    if (pending !== undefined) lines.push([pending.name, pending.value.trim()])
    pending = undefined
  }
  for (let at = from, count = 0; ; count++) {
    // A datagram may end with its last header: the empty line is missing, and so is the body.
    if (at === bytes.length) {
      flush()
      return { lines, bodyAt: at }
    }
    if (count > HEADER_COUNT_MAX) throw new ParseError('sip.headers', at, 'are more than a message may have')
    const { text, next } = readLine(bytes, at)
    if (text === '') {
      flush()
      return { lines, bodyAt: next }
    }
    if (text[0] === ' ' || text[0] === '\t') {
      if (pending !== undefined) {
        pending.value += ` ${text.trim()}`
        if (pending.value.length > HEADER_BYTES_MAX)
          throw new ParseError('sip.line', at, 'is longer than a line may be')
      }
    } else {
      flush()
      const colon = text.indexOf(':')
      const name = text.slice(0, Math.max(colon, 0)).trimEnd()
      if (TOKEN.test(name)) pending = { name: canonicalName(name), value: text.slice(colon + 1) }
    }
    at = next
  }
}

/** A datagram may carry more than Content-Length says (padding, dropped) but not less (RFC 3261 §18.3). */
function readBody(bytes: Uint8Array, at: number, headers: Headers): Uint8Array {
  const declared = readNumber(headers.get('content-length'), MESSAGE_BYTES_MAX + 1)
  if (declared === undefined) return bytes.subarray(at)
  if (at + declared > bytes.length)
    throw new ParseError('sip.body', at, 'is shorter than its declared length')
  return bytes.subarray(at, at + declared)
}
