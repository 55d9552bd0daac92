import type { IncomingMessage } from 'node:http'
import type { Random } from '../../ports/random.ts'

/** One of our own identifiers, or a UUID (RFC 9562 §4): shapes that cannot carry a name or a number into a log. */
const ACCEPTABLE = /^(?:[a-z]{1,16}_[0-9a-z]{26}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/

/** The `X-Request-Id` a proxy or caller gave the request, when it is acceptable; else a new one. */
export function requestIdOf(request: Pick<IncomingMessage, 'headers'>, random: Random): string {
  const given = request.headers['x-request-id']
  const folded = typeof given === 'string' ? given.toLowerCase() : ''
  return ACCEPTABLE.test(folded) ? folded : random.id('req')
}
