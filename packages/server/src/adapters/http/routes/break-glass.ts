import { breakGlass, listBreakGlass, reviewBreakGlass } from '../../../application/people/break-glass.ts'
import { needsPerson } from '../../web/route-access.ts'
import { memberOf, personOf, type WebApp } from '../../web/web-app.ts'
import type { ApiContext } from '../api-context.ts'
import { IdParam, Nothing } from '../schemas/common.ts'
import { BreakGlass, BreakGlassBody, BreakGlassList, BreakGlassQuery, ReviewBody } from '../schemas/people.ts'
import { breakGlassView } from '../views/people-view.ts'

const tags = ['Emergency access']
const reviewing = needsPerson('break_glass:review')

/** `/v2/break-glass`: emergency access, told to every owner and reviewed by somebody else. */
export function registerBreakGlassRoutes(app: WebApp, context: ApiContext): void {
  registerUse(app, context)
  registerList(app, context)
  registerReview(app, context)
}

function registerUse(app: WebApp, { services }: ApiContext): void {
  app.post(
    '/v2/break-glass',
    {
      config: { access: needsPerson('break_glass:use', 'fresh') },
      schema: {
        tags,
        summary: 'Use emergency access',
        description:
          'Opens the content of all faxes of the mode to this session for the minutes asked for. Every owner is mailed, the event access.break_glass is told, and somebody else reviews it. The reason is encrypted.',
        body: BreakGlassBody,
        response: { 201: BreakGlass },
      },
    },
    async (request, reply) => {
      const { scope, actor } = memberOf(request)
      const { person, session } = personOf(request)
      const wanted = { ...request.body, sessionId: session.id }
      const grant = await breakGlass(services, scope, actor, wanted)
      app.sessions.forgetPerson(person.id)
      return reply.code(201).send(breakGlassView(grant))
    },
  )
}

function registerList(app: WebApp, { services }: ApiContext): void {
  app.get(
    '/v2/break-glass',
    {
      config: { access: reviewing },
      schema: {
        tags,
        summary: 'List uses of emergency access',
        description: 'Newest first.',
        querystring: BreakGlassQuery,
        response: { 200: BreakGlassList },
      },
    },
    async (request) => {
      const { limit = 25, ...query } = request.query
      const page = await listBreakGlass(services, memberOf(request).scope, { ...query, limit })
      return { data: page.grants.map(breakGlassView), nextCursor: page.nextCursor }
    },
  )
}

function registerReview(app: WebApp, { services }: ApiContext): void {
  app.post(
    '/v2/break-glass/:id/review',
    {
      config: {
        access: reviewing,
        problems: ['break_glass.not_found', 'break_glass.reviewed', 'break_glass.own'],
      },
      schema: {
        tags,
        summary: 'Review a use of emergency access',
        description: 'Once, and by somebody else. The note is encrypted.',
        params: IdParam('brk', 'use of emergency access'),
        body: ReviewBody,
        response: { 204: Nothing },
      },
    },
    async (request, reply) => {
      const { scope, actor } = memberOf(request)
      await reviewBreakGlass(services, scope, actor, request.params.id, request.body)
      return reply.code(204).send(null)
    },
  )
}
