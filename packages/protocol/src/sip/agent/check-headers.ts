import { readChallenges } from '../auth/challenge.ts'
import { readReason } from '../message/headers.ts'
import { parseNameAddr } from '../message/name-addr.ts'
import type { SipMessage } from '../message/sip-message.ts'
import { parseUri } from '../message/uri.ts'

/** Comma-separated headers that are read while a transaction is under way. */
const LISTS = ['via', 'record-route', 'contact', 'supported', 'require', 'p-asserted-identity']

/**
 * Reads once what is read again later, so that an unreadable message is turned away before it has moved any state.
 *
 * @throws {ParseError}
 */
export function checkHeaders(message: SipMessage): void {
  for (const name of LISTS) message.headers.list(name)
  readReason(message.headers)
  if (message.kind === 'request') {
    if (message.method === 'INVITE') parseUri(parseNameAddr(message.headers.get('from')!, 'sip.from').uri)
    return
  }
  if (message.status === 401 || message.status === 407) readChallenges(message.headers)
  if (message.status < 300 && message.headers.get('cseq')!.endsWith('REGISTER')) {
    for (const contact of message.headers.list('contact')) parseUri(parseNameAddr(contact, 'sip.contact').uri)
  }
}
