import { createHold, getHold, listHolds, releaseHold } from '../../../application/retention/legal-holds.ts'
import { changeRetention, readRetention } from '../../../application/retention/retention-rules.ts'
import { idempotently } from '../../web/idempotent.ts'
import { needs } from '../../web/route-access.ts'
import { callerOf, type WebApp } from '../../web/web-app.ts'
import type { ApiContext } from '../api-context.ts'
import { IdParam } from '../schemas/common.ts'
import { CreateHoldBody, Hold, HoldList, PageQuery, Retention, RetentionBody } from '../schemas/retention.ts'
import { holdView, retentionView, rulesOf } from '../views/retention-view.ts'

const tags = ['Retention']
const params = IdParam('hld', 'hold')
const access = needs('retention:manage')

/** `/v2/retention`, `/v2/holds`: how long faxes are kept, and what may not be destroyed whatever that says. */
export function registerRetentionRoutes(app: WebApp, context: ApiContext): void {
  registerRules(app, context)
  registerHoldReading(app, context)
  registerHoldChange(app, context)
}

function registerRules(app: WebApp, { services }: ApiContext): void {
  app.get(
    '/v2/retention',
    {
      config: { access },
      schema: { tags, summary: 'Read the retention rules', response: { 200: Retention } },
    },
    async (request) => retentionView(await readRetention(services, callerOf(request).scope)),
  )

  app.put(
    '/v2/retention',
    {
      config: {
        access,
      },
      schema: {
        tags,
        summary: 'Replace the retention rules',
        description:
          'They hold for all faxes there are: what is over by them is destroyed within minutes, with a certificate, unless a legal hold keeps it. ' +
          'Without rules everything is kept. Who a fax was from and to is kept at least as long as its pages.',
        body: RetentionBody,
        response: { 200: Retention },
      },
    },
    async (request) => {
      const { scope, actor } = callerOf(request)
      return retentionView(await changeRetention(services, scope, actor, rulesOf(request.body)))
    },
  )
}

function registerHoldReading(app: WebApp, { services }: ApiContext): void {
  app.get(
    '/v2/holds',
    {
      config: { access },
      schema: {
        tags,
        summary: 'List legal holds',
        description: 'Newest first, also those that were released.',
        querystring: PageQuery,
        response: { 200: HoldList },
      },
    },
    async (request) => {
      const { limit = 25, ...query } = request.query
      const page = await listHolds(services, callerOf(request).scope, { ...query, limit })
      return { data: page.holds.map(holdView), nextCursor: page.nextCursor }
    },
  )

  app.get(
    '/v2/holds/:id',
    {
      config: { access, problems: ['hold.not_found'] },
      schema: { tags, summary: 'Read a legal hold', params, response: { 200: Hold } },
    },
    async (request) => holdView(await getHold(services, callerOf(request).scope, request.params.id)),
  )
}

function registerHoldChange(app: WebApp, { services }: ApiContext): void {
  app.post(
    '/v2/holds',
    {
      config: {
        access,
        idempotent: true,
        problems: ['number.invalid', 'hold.limit'],
      },
      schema: {
        tags,
        summary: 'Put under legal hold',
        description:
          'From the reply on nothing in its scope is destroyed, neither by retention nor by request, until it is released.',
        body: CreateHoldBody,
        response: { 201: Hold },
      },
    },
    async (request, reply) => {
      const { scope, actor } = callerOf(request)
      const { kind, target = null, reason } = request.body
      return idempotently(services, request, reply, request.body, async (finish) => {
        const hold = await createHold(
          services,
          scope,
          actor,
          { kind, target, reason },
          { inTransaction: (tx, made) => finish(tx, { status: 201, body: holdView(made) }) },
        )
        return { status: 201, body: holdView(hold) }
      })
    },
  )

  app.post(
    '/v2/holds/:id/release',
    {
      config: { access, problems: ['hold.not_found'] },
      schema: {
        tags,
        summary: 'Release a legal hold',
        description:
          'What is over by the retention rules, and is under no other hold, is destroyed within minutes.',
        params,
        response: { 200: Hold },
      },
    },
    async (request) => {
      const { scope, actor } = callerOf(request)
      return holdView(await releaseHold(services, scope, actor, request.params.id))
    },
  )
}
