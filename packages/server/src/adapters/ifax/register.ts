import type { FastifyRequest } from 'fastify'
import type { Services } from '../../application/services.ts'
import { Problem } from '../../domain/problem/problem.ts'
import { DEFAULT_WEB_OPTIONS, type WebApp, type WebOptions } from '../web/web-app.ts'
import type { IFaxContext } from './context.ts'
import { registerFaxRoutes } from './fax-routes.ts'
import { registerInboundRoutes } from './inbound-routes.ts'
import { registerNumberRoutes } from './number-routes.ts'
import { answerError } from './reply.ts'
import { isForm } from './request-fields.ts'
import { registerSendRoute } from './send-route.ts'
import { registerWebhookRoutes } from './webhook-routes.ts'

export interface IFaxOptions {
  /** Refusals of what a client sent travel as HTTP 200 with `status: 0` (default), or with their true 4xx. */
  readonly strictHttp200?: boolean
  readonly web?: Partial<WebOptions>
}

/**
 * The iFax v1 face, `/v1`: the same use cases as the native one behind iFax's paths, envelope, codes and tolerance. It has
 * its own body parsers and error handler, which end where its routes do.
 */
export function registerIFax(app: WebApp, services: Services, options: IFaxOptions = {}): void {
  const context: IFaxContext = {
    services,
    web: { ...DEFAULT_WEB_OPTIONS, ...options.web },
    strictHttp200: options.strictHttp200 ?? true,
  }
  app.register(
    async (face: WebApp) => {
      face.setErrorHandler((error, request, reply) => answerError(error, request, reply, context))
      face.setNotFoundHandler((request, reply) =>
        // No such call is not a refusal of a call's content: always a true 404.
        answerError(new Problem('request.not_found'), request, reply, { ...context, strictHttp200: false }),
      )
      addTolerantParsers(face)
      registerSendRoute(face, context)
      registerFaxRoutes(face, context)
      registerInboundRoutes(face, context)
      registerNumberRoutes(face, context)
      registerWebhookRoutes(face, context)
    },
    { prefix: '/v1' },
  )
}

/** The Content-Type decides one thing: whether the body is a form to be streamed. Anything else is read and looked at. */
function addTolerantParsers(face: WebApp): void {
  face.removeAllContentTypeParsers()
  // `preParsing` runs before Fastify reads the header: types it would refuse as malformed are replaced.
  face.addHook('preParsing', async (request, _reply, payload) => {
    const contentType = isForm(request.headers['content-type']) ? FORM : ANY
    if (contentType === ANY) request.headers['content-type'] = ANY
    return payload
  })
  face.addContentTypeParser(
    ANY,
    { parseAs: 'buffer' },
    async (_request: FastifyRequest, body: Buffer) => body,
  )
  // Left on the wire: handlers read the form as it streams in.
  face.addContentTypeParser(FORM, async () => undefined)
}

const ANY = 'application/octet-stream'
const FORM = 'multipart/form-data'
