import { listBlocked } from '../../../application/inbox/list-blocked.ts'
import {
  changeRoute,
  createRoute,
  deleteRoute,
  getRoute,
  listRoutes,
} from '../../../application/numbers/inbound-routes.ts'
import { testRoute } from '../../../application/numbers/test-route.ts'
import type { OpenRoute } from '../../../application/sealed/route-secrets.ts'
import type { Services } from '../../../application/services.ts'
import { idempotently } from '../../web/idempotent.ts'
import { needs } from '../../web/route-access.ts'
import { callerOf, type WebApp } from '../../web/web-app.ts'
import type { ApiContext } from '../api-context.ts'
import { IdParam, Nothing } from '../schemas/common.ts'
import {
  BlockedList,
  BlockedQuery,
  CreateRouteBody,
  Route,
  RouteList,
  RouteTestResult,
  TestRouteBody,
  UpdateRouteBody,
} from '../schemas/route.ts'
import { blockedView, routeTestView, routeView } from '../views/route-view.ts'

const tags = ['Routes']
const params = IdParam('rte', 'route')
const reading = needs('numbers:read')
const writing = needs('numbers:write')

const viewOf = (services: Services, route: OpenRoute) => routeView(route, services.mailer !== undefined)

/** `/v2/routes`: rules that say where received faxes go, and which calls are not taken. */
export function registerInboundRouteRoutes(app: WebApp, context: ApiContext): void {
  registerReading(app, context)
  registerMake(app, context)
  registerChange(app, context)
  registerTest(app, context)
}

function registerReading(app: WebApp, { services }: ApiContext): void {
  app.get(
    '/v2/routes',
    {
      config: { access: reading },
      schema: {
        tags,
        summary: 'List routes',
        description: 'In the order they are asked: the first enabled one that holds decides.',
        response: { 200: RouteList },
      },
    },
    async (request) => {
      const routes = await listRoutes(services, callerOf(request).scope)
      return { data: routes.map((each) => viewOf(services, each)), nextCursor: null }
    },
  )

  app.get(
    '/v2/routes/blocked',
    {
      config: { access: reading },
      schema: {
        tags,
        summary: 'List refused calls',
        description: 'Newest first: calls that a route with "block" did not take.',
        querystring: BlockedQuery,
        response: { 200: BlockedList },
      },
    },
    async (request) => {
      const caller = callerOf(request)
      const { cursor, limit } = request.query
      const page = await listBlocked(services, caller.scope, {
        ...(cursor === undefined ? {} : { cursor }),
        limit: limit ?? 25,
      })
      const showNumbers = caller.scopes.includes('inbound:content')
      return { data: page.calls.map((each) => blockedView(each, showNumbers)), nextCursor: page.nextCursor }
    },
  )

  app.get(
    '/v2/routes/:id',
    {
      config: { access: reading, problems: ['route.not_found'] },
      schema: { tags, summary: 'Read a route', params, response: { 200: Route } },
    },
    async (request) => viewOf(services, await getRoute(services, callerOf(request).scope, request.params.id)),
  )
}

function registerMake(app: WebApp, { services }: ApiContext): void {
  app.post(
    '/v2/routes',
    {
      config: {
        access: writing,
        idempotent: true,
        problems: ['route.invalid'],
      },
      schema: {
        tags,
        summary: 'Add a route',
        description:
          'Rules are asked at the INVITE, at the end of the call, and when barcodes were read: see docs/guides/route-received-faxes.md.',
        body: CreateRouteBody,
        response: { 201: Route },
      },
    },
    async (request, reply) => {
      const { scope, actor } = callerOf(request)
      return idempotently(services, request, reply, request.body, async (finish) => {
        const route = await createRoute(services, scope, actor, request.body, {
          inTransaction: (tx, made) => finish(tx, { status: 201, body: viewOf(services, made) }),
        })
        return { status: 201, body: viewOf(services, route) }
      })
    },
  )
}

function registerChange(app: WebApp, { services }: ApiContext): void {
  app.patch(
    '/v2/routes/:id',
    {
      config: {
        access: writing,
        problems: ['route.invalid', 'route.not_found'],
      },
      schema: {
        tags,
        summary: 'Change a route',
        description:
          'Fields that are absent stay; "conditions" and "actions" are replaced as a whole. Faxes that were placed stay where they are.',
        params,
        body: UpdateRouteBody,
        response: { 200: Route },
      },
    },
    async (request) => {
      const { scope, actor } = callerOf(request)
      return viewOf(services, await changeRoute(services, scope, actor, request.params.id, request.body))
    },
  )

  app.delete(
    '/v2/routes/:id',
    {
      config: { access: writing, problems: ['route.not_found'] },
      schema: {
        tags,
        summary: 'Delete a route',
        description: 'The calls it refused stay listed.',
        params,
        response: { 204: Nothing },
      },
    },
    async (request, reply) => {
      const { scope, actor } = callerOf(request)
      await deleteRoute(services, scope, actor, request.params.id)
      return reply.code(204).send(null)
    },
  )
}

function registerTest(app: WebApp, { services }: ApiContext): void {
  app.post(
    '/v2/routes/test',
    {
      config: {
        access: reading,
        problems: ['number.invalid'],
      },
      schema: {
        tags,
        summary: 'Test the routes',
        description:
          'Says which route would hold for a call, and what of it is final. Nothing is stored or changed.',
        body: TestRouteBody,
        response: { 200: RouteTestResult },
      },
    },
    async (request) => {
      const { at, ...call } = request.body
      const supposed = { ...call, ...(at === undefined ? {} : { at: new Date(at) }) }
      return routeTestView(await testRoute(services, callerOf(request).scope, supposed))
    },
  )
}
