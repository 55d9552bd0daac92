import { readFaxPages } from '../../../application/sending/read-fax-pages.ts'
import { needs } from '../../web/route-access.ts'
import { callerOf, type WebApp } from '../../web/web-app.ts'
import type { ApiContext } from '../api-context.ts'
import { CONTENT_REPLY, sendContent, wantedContent } from '../page-content.ts'
import { IdParam } from '../schemas/common.ts'
import { ContentQuery } from '../schemas/fax.ts'

/** `/v2/faxes/:id/content`: the rendered pages. Every read of them is audited. */
export function registerFaxContentRoutes(app: WebApp, { services }: ApiContext): void {
  app.get(
    '/v2/faxes/:id/content',
    {
      config: {
        access: needs('faxes:content'),
        problems: ['fax.not_found', 'fax.content_not_ready', 'fax.content_deleted'],
      },
      schema: {
        tags: ['Faxes'],
        summary: 'Read the pages of a fax',
        description:
          'The pages as they go on the line, as a PDF, a TIFF-F file or one page as a PNG. "thumb" gives a small grey ' +
          'PNG of one page. Each call is an entry of the audit.',
        params: IdParam('fax', 'fax'),
        querystring: ContentQuery,
        response: { 200: CONTENT_REPLY },
      },
    },
    async (request, reply) => {
      const { scope, actor } = callerOf(request)
      const wanted = wantedContent(request.query)
      const pages = await readFaxPages(services, scope, actor, request.params.id, wanted.page)
      const shown = pages.map((page) => ({ page }))
      return sendContent(reply, request.params.id, wanted, shown)
    },
  )
}
