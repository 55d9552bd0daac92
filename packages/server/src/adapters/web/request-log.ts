import type { Services } from '../../application/services.ts'
import type { WebApp, WebOptions } from './web-app.ts'

/**
 * One line a request: what was called, never with what. The route is logged as its template; bodies, query strings and
 * paths with ids in them are not.
 */
export function createRequestLog(app: WebApp, services: Services, options: WebOptions): void {
  app.addHook('onRequest', async (request) => {
    request.startedAtMs = performance.now()
  })
  app.addHook('onResponse', async (request, reply) => {
    const milliseconds = performance.now() - request.startedAtMs
    const route = request.routeOptions.url ?? '/*'
    const status = reply.statusCode
    services.log.info('http.request', {
      method: request.method,
      route,
      httpStatus: status,
      durationMs: Math.round(milliseconds * 10) / 10,
      requestId: request.id,
      ...(request.keyId === null ? {} : { keyId: request.keyId }),
      ...(request.userId === null ? {} : { userId: request.userId }),
    })
    options.observe?.({ method: request.method, route, status, seconds: milliseconds / 1000 })
  })
}
