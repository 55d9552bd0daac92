import { wireName } from './header-names.ts'
import { bytesOf } from './latin1.ts'
import type { SipMessage } from './sip-message.ts'

const UNSAFE = /[^\t\x20-\x7e\x80-\xff]/

/**
 * The message as octets: CRLF line ends, full header names, and a Content-Length that is right whatever the headers say.
 *
 * @throws {TypeError} when a value of ours holds a line end or another control character: it would forge a header.
 */
export function writeMessage(message: SipMessage): Uint8Array {
  const start =
    message.kind === 'request'
      ? `${message.method} ${message.uri} SIP/2.0`
      : `SIP/2.0 ${message.status} ${message.reason}`
  const lines = [safe(start)]
  for (const [name, value] of message.headers.lines) {
    if (name !== 'content-length') lines.push(safe(`${wireName(name)}: ${value}`))
  }
  lines.push(`Content-Length: ${message.body.length}`, '', '')
  const head = bytesOf(lines.join('\r\n'))
  if (message.body.length === 0) return head
  const bytes = new Uint8Array(head.length + message.body.length)
  bytes.set(head)
  bytes.set(message.body, head.length)
  return bytes
}

function safe(line: string): string {
  if (UNSAFE.test(line)) throw new TypeError('a SIP header value holds a control character')
  return line
}
