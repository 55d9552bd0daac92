import type { Socket } from 'node:net'
import { isListed, LOOPBACK_BLOCKS } from '../../domain/access/address-list.ts'
import { Problem } from '../../domain/problem/problem.ts'
import type { WebApp } from './web-app.ts'

/** What a load balancer or an orchestrator asks itself, past the proxy; none of it is anybody's. */
const PROBES: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/metrics'])

/**
 * Where a proxy terminates TLS and we listen beyond this machine, whoever reaches us past the proxy speaks in clear: refused before
 * a key or a password is looked at (45 CFR 164.312(e)(1)). So is what the proxy says came to it over plain HTTP.
 */
export function onlyThroughProxy(app: WebApp, proxies: readonly string[]): void {
  const blocks = [...proxies, ...LOOPBACK_BLOCKS]
  /** By connection: it has one far end for as long as it lives. */
  const known = new WeakMap<Socket, boolean>()
  const isAllowed = (socket: Socket): boolean => {
    const held = known.get(socket)
    if (held !== undefined) return held
    const allowed = isListed(blocks, socket.remoteAddress ?? '')
    known.set(socket, allowed)
    return allowed
  }
  app.addHook('onRequest', async (request) => {
    if (PROBES.has(request.routeOptions.url ?? '')) return
    const proto = request.headers['x-forwarded-proto']
    const cameInClear = proto !== undefined && String(proto).split(',')[0]?.trim() !== 'https'
    if (cameInClear || !isAllowed(request.raw.socket)) throw new Problem('auth.insecure_transport')
  })
}
