import {
  changeIncident,
  exportIncident,
  getIncident,
  listIncidents,
  openIncident,
} from '../../../application/recipients/incidents.ts'
import { idempotently } from '../../web/idempotent.ts'
import { needs } from '../../web/route-access.ts'
import { callerOf, type WebApp } from '../../web/web-app.ts'
import type { ApiContext } from '../api-context.ts'
import { IdParam } from '../schemas/common.ts'
import {
  ExportQuery,
  Incident,
  IncidentExport,
  IncidentList,
  ListIncidentsQuery,
  OpenIncidentBody,
  UpdateIncidentBody,
} from '../schemas/incident.ts'
import { incidentView, sendsCsv, sendView } from '../views/incident-view.ts'

const tags = ['Incidents']
const params = IdParam('inc', 'incident')
const reading = needs('recipients:read')
const writing = needs('recipients:write')

const showsContent = (scopes: readonly string[]) => scopes.includes('faxes:content')

/** `/v2/incidents`: faxes that reached the wrong place, and what is owed about them. */
export function registerIncidentRoutes(app: WebApp, context: ApiContext): void {
  registerReport(app, context)
  registerAssess(app, context)
  registerReading(app, context)
  registerExport(app, context)
}

function registerReport(app: WebApp, { services }: ApiContext): void {
  app.post(
    '/v2/incidents',
    {
      config: {
        access: writing,
        idempotent: true,
        problems: ['fax.not_found', 'fax.content_deleted', 'incident.exists'],
      },
      schema: {
        tags,
        summary: 'Report a fax that reached the wrong place',
        description:
          'Suspends its number: what is on its way to it waits for a person, and a call that is up is hung up. Starts the clock of the ' +
          'breach rule (45 CFR 164.404).',
        body: OpenIncidentBody,
        response: { 201: Incident },
      },
    },
    async (request, reply) => {
      const { scope, actor, scopes } = callerOf(request)
      const show = showsContent(scopes)
      const { discoveredAt, ...report } = request.body
      const when = discoveredAt === undefined ? {} : { discoveredAt: new Date(discoveredAt) }
      return idempotently(services, request, reply, request.body, async (finish) => {
        const made = await openIncident(
          services,
          scope,
          actor,
          { ...report, ...when },
          {
            inTransaction: (tx, incident) => finish(tx, { status: 201, body: incidentView(incident, show) }),
          },
        )
        return { status: 201, body: incidentView(made, show) }
      })
    },
  )
}

function registerAssess(app: WebApp, { services }: ApiContext): void {
  app.patch(
    '/v2/incidents/:id',
    {
      config: {
        access: writing,
        problems: ['incident.not_found', 'incident.closed', 'incident.not_assessed'],
      },
      schema: {
        tags,
        summary: 'Assess or close an incident',
        description:
          'The four factors of 45 CFR 164.402(2), in one call or several; "outcome" closes it. The number stays suspended.',
        params,
        body: UpdateIncidentBody,
        response: { 200: Incident },
      },
    },
    async (request) => {
      const { scope, actor, scopes } = callerOf(request)
      const changed = await changeIncident(services, scope, actor, request.params.id, request.body)
      return incidentView(changed, showsContent(scopes))
    },
  )
}

function registerReading(app: WebApp, { services }: ApiContext): void {
  app.get(
    '/v2/incidents',
    {
      config: { access: reading },
      schema: {
        tags,
        summary: 'List incidents',
        description: 'Newest first.',
        querystring: ListIncidentsQuery,
        response: { 200: IncidentList },
      },
    },
    async (request) => {
      const { scope, scopes } = callerOf(request)
      const { limit, ...query } = request.query
      const page = await listIncidents(services, scope, { ...query, limit: limit ?? 25 })
      const data = page.incidents.map((each) => incidentView(each, showsContent(scopes)))
      return { data, nextCursor: page.nextCursor }
    },
  )

  app.get(
    '/v2/incidents/:id',
    {
      config: { access: reading, problems: ['incident.not_found'] },
      schema: { tags, summary: 'Read an incident', params, response: { 200: Incident } },
    },
    async (request) => {
      const { scope, scopes } = callerOf(request)
      return incidentView(await getIncident(services, scope, request.params.id), showsContent(scopes))
    },
  )
}

function registerExport(app: WebApp, { services }: ApiContext): void {
  app.get(
    '/v2/incidents/:id/export',
    {
      config: {
        access: reading,
        problems: ['incident.not_found'],
      },
      schema: {
        tags,
        summary: 'Export an incident',
        description: 'With every fax that ever went to the number. As CSV: the faxes alone, without numbers.',
        params,
        querystring: ExportQuery,
        response: {
          200: {
            description: 'The incident and the faxes.',
            content: {
              'application/json': { schema: IncidentExport },
              'text/csv': { schema: { type: 'string' } },
            },
          },
        },
      },
    },
    async (request, reply) => {
      const { scope, actor, scopes } = callerOf(request)
      const { incident, sends } = await exportIncident(services, scope, actor, request.params.id)
      if (request.query.format === 'csv') return reply.type('text/csv; charset=utf-8').send(sendsCsv(sends))
      return { incident: incidentView(incident, showsContent(scopes)), sends: sends.map(sendView) }
    },
  )
}
