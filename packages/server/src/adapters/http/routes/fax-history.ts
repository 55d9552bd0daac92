import { listAttempts } from '../../../application/sending/list-attempts.ts'
import { listFaxEvents } from '../../../application/sending/list-fax-events.ts'
import { needs } from '../../web/route-access.ts'
import { callerOf, type WebApp } from '../../web/web-app.ts'
import type { ApiContext } from '../api-context.ts'
import { IdParam } from '../schemas/common.ts'
import { AttemptList, AttemptsQuery, EventPageQuery, FaxEventList } from '../schemas/fax.ts'
import { attemptView, eventView } from '../views/fax-view.ts'

const tags = ['Faxes']
const params = IdParam('fax', 'fax')

/** What happened to a fax: its calls, and what was told about it. */
export function registerFaxHistoryRoutes(app: WebApp, { services }: ApiContext): void {
  app.get(
    '/v2/faxes/:id/attempts',
    {
      config: { access: needs('faxes:read'), problems: ['fax.not_found'] },
      schema: {
        tags,
        summary: 'List the attempts of a fax',
        description: 'First to last, each with the journal that was written before the line went on.',
        params,
        querystring: AttemptsQuery,
        response: { 200: AttemptList },
      },
    },
    async (request) => {
      const frames = request.query.include === 'frames'
      const { scope, scopes } = callerOf(request)
      const attempts = await listAttempts(services, scope, request.params.id, { frames })
      const showNumbers = scopes.includes('faxes:content')
      return { data: attempts.map((attempt) => attemptView(attempt, showNumbers)), nextCursor: null }
    },
  )

  app.get(
    '/v2/faxes/:id/events',
    {
      config: { access: needs('faxes:read'), problems: ['fax.not_found'] },
      schema: {
        tags,
        summary: 'List the events of a fax',
        description: 'Oldest first, up to this moment.',
        params,
        querystring: EventPageQuery,
        response: { 200: FaxEventList },
      },
    },
    async (request) => {
      const { scope } = callerOf(request)
      const { cursor, limit } = request.query
      const page = await listFaxEvents(services, scope, request.params.id, {
        ...(cursor === undefined ? {} : { cursor }),
        limit: limit ?? 100,
      })
      return { data: page.events.map((event) => eventView(event, scope.mode)), nextCursor: page.nextCursor }
    },
  )
}
