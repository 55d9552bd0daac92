import type { FastifyRequest } from 'fastify'
import { Problem } from '../../domain/problem/problem.ts'
import { originOf } from './origin.ts'

const READING = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Refuses what a page of another site makes a browser send (CSRF). Browsers say which site it was (Fetch Metadata, `Sec-Fetch-Site`), older ones its
 * origin (RFC 6454 §7); whoever changes something with a session says one of them.
 *
 * @param publicUrl the operator's address of this server
 * @throws Problem `auth.cross_site`
 */
export function assertSameOrigin(
  request: Pick<FastifyRequest, 'headers' | 'method' | 'host' | 'protocol'>,
  publicUrl: string | undefined,
): void {
  const site = request.headers['sec-fetch-site']
  const reading = READING.has(request.method)
  if (site !== undefined) {
    if (site === 'same-origin' || (site === 'none' && reading)) return
    throw new Problem('auth.cross_site')
  }
  const { origin } = request.headers
  if (origin === undefined && reading) return
  if (origin === undefined || (origin !== originOf(request) && origin !== publicUrl)) {
    throw new Problem('auth.cross_site')
  }
}
