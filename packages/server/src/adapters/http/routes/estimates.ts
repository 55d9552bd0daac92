import { estimateFax } from '../../../application/sending/estimate-fax.ts'
import { signalOf } from '../../web/request-signal.ts'
import { needs } from '../../web/route-access.ts'
import { callerOf, type WebApp } from '../../web/web-app.ts'
import type { ApiContext } from '../api-context.ts'
import { readSendRequest } from '../read-send-request.ts'
import { SendFaxBody, SendFaxForm } from '../schemas/send-fax.ts'
import { Estimate } from '../schemas/upload.ts'
import { estimateView } from '../views/upload-view.ts'

/** `/v2/estimates`: what sending would take, without sending. */
export function registerEstimateRoutes(app: WebApp, { services, options }: ApiContext): void {
  app.post(
    '/v2/estimates',
    {
      bodyLimit: options.documentBodyBytesMax,
      config: {
        access: needs('faxes:write'),
        problems: [
          'document.unsupported_type',
          'document.corrupt',
          'document.encrypted',
          'document.too_large',
          'document.too_many_pages',
          'document.url_refused',
          'document.fetch_failed',
          'document.render_failed',
          'document.not_found',
          'cover.invalid',
        ],
      },
      schema: {
        tags: ['Faxes'],
        summary: 'Estimate a fax before sending it',
        description:
          'Takes the very request POST /v2/faxes takes, renders it, and tells pages and seconds on the line at ' +
          '14,400 bit/s. No fax is made and no document is kept.',
        body: {
          content: {
            'application/json': { schema: SendFaxBody },
            'multipart/form-data': { schema: SendFaxForm },
          },
        },
        response: { 200: Estimate },
      },
    },
    async (request, reply) => {
      const { scope } = callerOf(request)
      const read = await readSendRequest(services, options, scope, request)
      return estimateView(await estimateFax(services, scope, read.request, signalOf(reply)))
    },
  )
}
