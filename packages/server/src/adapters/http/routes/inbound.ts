import type { Static } from 'typebox'
import { listReceived, type ReceivedQuery } from '../../../application/inbox/list-received.ts'
import { readReceivedPages, viewReceived } from '../../../application/inbox/read-received.ts'
import type { Services } from '../../../application/services.ts'
import { RECEIVED_STATUSES } from '../../../domain/fax/received-fax.ts'
import { MARKS } from '../../../domain/inbox/inbox.ts'
import { Problem } from '../../../domain/problem/problem.ts'
import { needs } from '../../web/route-access.ts'
import { callerOf, type WebApp } from '../../web/web-app.ts'
import type { ApiContext } from '../api-context.ts'
import { CONTENT_REPLY, sendContent, wantedContent } from '../page-content.ts'
import { IdParam } from '../schemas/common.ts'
import { AttemptsQuery, ContentQuery } from '../schemas/fax.ts'
import { Inbound, InboundList, ListInboundQuery, SearchInboundBody } from '../schemas/inbound.ts'
import { inboundSummaryView, inboundView } from '../views/inbound-view.ts'
import { registerInboundActions } from './inbound-actions.ts'
import { registerInboundNotes } from './inbound-notes.ts'
import { registerInboundPages } from './inbound-pages.ts'

const tags = ['Inbound']
const params = IdParam('inb', 'received fax')

const LIST_PROBLEMS = ['number.invalid'] as const

/** `/v2/inbound`: faxes that came in, their pages, and what people do with them. */
export function registerInboundRoutes(app: WebApp, context: ApiContext): void {
  registerReading(app, context)
  registerContent(app, context)
  registerInboundActions(app, context)
  registerInboundNotes(app, context)
  registerInboundPages(app, context)
}

function registerReading(app: WebApp, { services }: ApiContext): void {
  app.get(
    '/v2/inbound',
    {
      config: { access: needs('inbound:read'), problems: LIST_PROBLEMS },
      schema: {
        tags,
        summary: 'List received faxes',
        description:
          'Newest first, with those that are coming in. Filters narrow it down together. A list with "q" is an entry of the audit.',
        querystring: ListInboundQuery,
        response: { 200: InboundList },
      },
    },
    async (request) => list(services, callerOf(request), request.query),
  )

  app.post(
    '/v2/inbound/search',
    {
      config: { access: needs('inbound:read'), problems: LIST_PROBLEMS },
      schema: {
        tags,
        summary: 'Search received faxes',
        description:
          'The list of GET /v2/inbound with the filters in the body, so that words and numbers stand in no address and in no log of a proxy.',
        body: SearchInboundBody,
        response: { 200: InboundList },
      },
    },
    async (request) => list(services, callerOf(request), request.body),
  )

  app.get(
    '/v2/inbound/:id',
    {
      config: { access: needs('inbound:read'), problems: ['inbound.not_found'] },
      schema: {
        tags,
        summary: 'Read a received fax',
        description: 'Each call is an entry of the audit.',
        params,
        querystring: AttemptsQuery,
        response: { 200: Inbound },
      },
    },
    async (request) => {
      const caller = callerOf(request)
      const frames = request.query.include === 'frames'
      const received = await viewReceived(services, caller.scope, caller.actor, request.params.id, { frames })
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
        problems: ['inbound.not_found', 'inbound.no_pages', 'inbound.content_deleted'],
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

async function list(
  services: Services,
  { scope, actor, scopes }: ReturnType<typeof callerOf>,
  query: Static<typeof ListInboundQuery>,
) {
  const showContent = scopes.includes('inbound:content')
  // Whether a word stands on a page is content, even when the page is not shown.
  if (query.q !== undefined && !showContent) {
    throw new Problem('auth.forbidden', {
      detail: 'Searching with "q" needs the scope "inbound:content" too.',
    })
  }
  const { received, nextCursor } = await listReceived(services, scope, actor, queryOf(query))
  return { data: received.map((each) => inboundSummaryView(each, showContent)), nextCursor }
}

function queryOf(query: Static<typeof ListInboundQuery>): ReceivedQuery {
  const { status, mark, assignee, overdue, reply, duplicate, startedAfter, startedBefore, limit, ...same } =
    query
  return {
    ...same,
    ...(status === undefined ? {} : { statuses: oneOrMore(status, RECEIVED_STATUSES, 'status') }),
    ...(mark === undefined ? {} : { marks: oneOrMore(mark, MARKS, 'mark') }),
    ...(assignee === undefined ? {} : { assignee: assignee === 'none' ? null : assignee }),
    ...(overdue === undefined ? {} : { overdue: true }),
    ...(reply === undefined ? {} : { isReply: reply }),
    ...(duplicate === undefined ? {} : { isDuplicate: duplicate }),
    ...(startedAfter === undefined ? {} : { startedAfter: new Date(startedAfter) }),
    ...(startedBefore === undefined ? {} : { startedBefore: new Date(startedBefore) }),
    limit: limit ?? 25,
  }
}

/** `new,in_review`: each must be one of the words. */
function oneOrMore<Word extends string>(text: string, words: readonly Word[], field: string): Word[] {
  const wanted = [...new Set(text.split(',').map((each) => each.trim()))]
  if (wanted.every((each): each is Word => (words as readonly string[]).includes(each))) return wanted
  throw new Problem('request.invalid', {
    field,
    detail: `"${field}" must be one or more of ${words.join(', ')}, with commas.`,
  })
}
