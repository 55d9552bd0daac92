import { getEvent, listEvents } from '../../../application/webhooks/read-events.ts'
import type { Mode } from '../../../domain/fax/fax.ts'
import type { EventRow } from '../../../ports/store/event-store.ts'
import { needs } from '../../web/route-access.ts'
import { callerOf, type WebApp } from '../../web/web-app.ts'
import type { ApiContext } from '../api-context.ts'
import { IdParam } from '../schemas/common.ts'
import { Event, EventList, EventsQuery } from '../schemas/event.ts'
import { eventView } from '../views/fax-view.ts'

const DEFAULT_LIMIT = 25

/** `/v2/events` for reconciliation. */
export function registerEventRoutes(app: WebApp, { services }: ApiContext): void {
  app.get(
    '/v2/events',
    {
      config: { access: needs('events:read') },
      schema: {
        tags: ['Events'],
        summary: 'List events',
        description:
          'Oldest first, in an order that no later event can precede: a reader that goes on from the "cursor" of the last event it saw misses none and sees none twice. An event appears once no transaction older than its own runs in the same PostgreSQL: within milliseconds, but a long transaction of a backup or another program there delays it.',
        querystring: EventsQuery,
        response: { 200: EventList },
      },
    },
    async (request) => {
      const { scope } = callerOf(request)
      const { limit = DEFAULT_LIMIT, after, cursor } = request.query
      const from = after || cursor
      const field = after ? 'after' : 'cursor'
      const rows = await listEvents(services, scope, {
        limit: limit + 1,
        field,
        ...(from ? { after: from } : {}),
      })
      const page = rows.slice(0, limit)
      return {
        data: page.map((event) => placedEvent(event, scope.mode)),
        nextCursor: rows.length > limit ? page.at(-1)!.cursor : null,
      }
    },
  )

  app.get(
    '/v2/events/:id',
    {
      config: { access: needs('events:read'), problems: ['event.not_found'] },
      schema: {
        tags: ['Events'],
        summary: 'Read an event',
        params: IdParam('evt', 'event'),
        response: { 200: Event },
      },
    },
    async (request) => {
      const { scope } = callerOf(request)
      return placedEvent(await getEvent(services, scope, request.params.id), scope.mode)
    },
  )
}

function placedEvent(event: EventRow, mode: Mode) {
  return { ...eventView(event, mode), cursor: event.cursor }
}
