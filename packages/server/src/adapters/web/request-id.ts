import type { IncomingMessage } from 'node:http'
import type { Random } from '../../ports/random.ts'

/** Word-like, so that it fits a header and a log; it begins with a letter, so that no telephone number passes. */
const ACCEPTABLE = /^[A-Za-z][A-Za-z0-9_-]{7,63}$/

/** The caller's `X-Request-Id` when it is a plain word, else a new one. */
export function requestIdOf(request: Pick<IncomingMessage, 'headers'>, random: Random): string {
  const given = request.headers['x-request-id']
  return typeof given === 'string' && ACCEPTABLE.test(given) ? given : random.id('req')
}
