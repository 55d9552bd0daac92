import { getReceived, listReceived, readReceivedPages } from '../../../application/read-received.ts'
import { needs } from '../../web/route-access.ts'
import { callerOf, type WebApp } from '../../web/web-app.ts'
import type { ApiContext } from '../api-context.ts'
import { CONTENT_REPLY, sendContent, wantedContent } from '../page-content.ts'
import { IdParam } from '../schemas/common.ts'
import { AttemptsQuery, ContentQuery } from '../schemas/fax.ts'
import { Inbound, InboundList, ListInboundQuery } from '../schemas/inbound.ts'
import { inboundSummaryView, inboundView } from '../views/inbound-view.ts'

const tags = ['Inbound']
const params = IdParam('inb', 'received fax')

/** `/v2/inbound`: faxes that came in, and their pages. */
export function registerInboundRoutes(app: WebApp, context: ApiContext): void {
  registerReading(app, context)
  registerContent(app, context)
}

function registerReading(app: WebApp, { services }: ApiContext): void {
  app.get(
    '/v2/inbound',
    {
      config: {
        access: needs('inbound:read'),
        problems: ['request.invalid', 'request.unknown_field', 'number.invalid'],
      },
      schema: {
        tags,
        summary: 'List received faxes',
        description: 'Newest first, with those that are coming in.',
        querystring: ListInboundQuery,
        response: { 200: InboundList },
      },
    },
    async (request) => {
      const caller = callerOf(request)
      const { status, limit, ...rest } = request.query
      const { received, nextCursor } = await listReceived(services, caller.scope, {
        ...rest,
        ...(status === undefined ? {} : { statuses: [status] }),
        limit: limit ?? 25,
      })
      const showNumbers = caller.scopes.includes('inbound:content')
      return { data: received.map((each) => inboundSummaryView(each, showNumbers)), nextCursor }
    },
  )

  app.get(
    '/v2/inbound/:id',
    {
      config: { access: needs('inbound:read'), problems: ['inbound.not_found'] },
      schema: {
        tags,
        summary: 'Read a received fax',
        params,
        querystring: AttemptsQuery,
        response: { 200: Inbound },
      },
    },
    async (request) => {
      const caller = callerOf(request)
      const frames = request.query.include === 'frames'
      const received = await getReceived(services, caller.scope, request.params.id, { frames })
      return inboundView(received, caller.scopes.includes('inbound:content'))
    },
  )
}

function registerContent(app: WebApp, { services }: ApiContext): void {
  app.get(
    '/v2/inbound/:id/content',
    {
      config: {
        access: needs('inbound:content'),
        problems: ['inbound.not_found', 'inbound.no_pages', 'request.invalid'],
      },
      schema: {
        tags,
        summary: 'Read the pages of a received fax',
        description:
          'As a PDF, a TIFF-F file or one page as a PNG; "thumb" gives a small grey PNG of one page. Each call is an entry of ' +
          'the audit. While the fax comes in: the pages stored so far.',
        params,
        querystring: ContentQuery,
        response: { 200: CONTENT_REPLY },
      },
    },
    async (request, reply) => {
      const { scope, actor } = callerOf(request)
      const wanted = wantedContent(request.query)
      const pages = await readReceivedPages(services, scope, actor, request.params.id, wanted.page)
      return sendContent(reply, request.params.id, wanted, pages)
    },
  )
}
