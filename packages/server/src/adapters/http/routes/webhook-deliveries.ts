import { getDelivery, listDeliveries } from '../../../application/webhooks/list-deliveries.ts'
import { replayDelivery, replayRange } from '../../../application/webhooks/replay-deliveries.ts'
import { needs } from '../../web/route-access.ts'
import { callerOf, type WebApp } from '../../web/web-app.ts'
import type { ApiContext } from '../api-context.ts'
import { IdParam } from '../schemas/common.ts'
import {
  DeliveryDetail,
  DeliveryList,
  DeliveryParams,
  DeliveryQuery,
  ReplayBody,
  Replayed,
  ReplayedDelivery,
} from '../schemas/webhook.ts'
import { deliveryDetailView, deliveryView } from '../views/webhook-view.ts'

const access = needs('webhooks:manage')
const tags = ['Webhooks']
const params = IdParam('whk', 'webhook')
const DEFAULT_LIMIT = 25

/** What was posted to a webhook, what came of it, and posting it again. */
export function registerDeliveryRoutes(app: WebApp, context: ApiContext): void {
  registerReading(app, context)
  registerReplays(app, context)
}

function registerReading(app: WebApp, { services }: ApiContext): void {
  app.get(
    '/v2/webhooks/:id/deliveries',
    {
      config: { access, problems: ['webhook.not_found'] },
      schema: {
        tags,
        summary: 'List the deliveries of a webhook',
        description: 'Newest event first.',
        params,
        querystring: DeliveryQuery,
        response: { 200: DeliveryList },
      },
    },
    async (request) => {
      const { limit = DEFAULT_LIMIT, cursor } = request.query
      const rows = await listDeliveries(services, callerOf(request).scope, request.params.id, {
        // One more than asked for tells whether there is a next page.
        limit: limit + 1,
        ...(cursor === undefined ? {} : { afterId: cursor }),
      })
      const page = rows.slice(0, limit)
      return { data: page.map(deliveryView), nextCursor: rows.length > limit ? page.at(-1)!.id : null }
    },
  )

  app.get(
    '/v2/webhooks/deliveries/:id',
    {
      config: { access, problems: ['webhook.not_found'] },
      schema: {
        tags,
        summary: 'Read a delivery',
        description: 'With every attempt: HTTP status or error, and how long it took.',
        params: DeliveryParams,
        response: { 200: DeliveryDetail },
      },
    },
    async (request) =>
      deliveryDetailView(await getDelivery(services, callerOf(request).scope, request.params.id)),
  )
}

function registerReplays(app: WebApp, { services }: ApiContext): void {
  app.post(
    '/v2/webhooks/deliveries/:id/replay',
    {
      config: { access, problems: ['request.invalid', 'webhook.not_found'] },
      schema: {
        tags,
        summary: 'Replay a delivery',
        description: 'Posts the same event again, with the same webhook-id and a fresh retry schedule.',
        params: DeliveryParams,
        response: { 202: ReplayedDelivery },
      },
    },
    async (request, reply) => {
      const { scope, actor } = callerOf(request)
      return reply.code(202).send(await replayDelivery(services, scope, actor, request.params.id))
    },
  )

  app.post(
    '/v2/webhooks/:id/replay',
    {
      config: { access, problems: ['webhook.not_found'] },
      schema: {
        tags,
        summary: 'Replay a time range',
        description:
          'Posts every event the webhook subscribes to from "from" (included) to "to" (excluded; absent: now), also those from before the webhook was made. At most 1000 in one call.',
        params,
        body: ReplayBody,
        response: { 202: Replayed },
      },
    },
    async (request, reply) => {
      const { scope, actor } = callerOf(request)
      const { from, to } = request.body
      const range = { from: new Date(from), to: to === undefined ? undefined : new Date(to) }
      return reply.code(202).send(await replayRange(services, scope, actor, request.params.id, range))
    },
  )
}
