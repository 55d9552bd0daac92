import Type from 'typebox'
import { listDisclosures } from '../../../application/audit/list-disclosures.ts'
import { needs } from '../../web/route-access.ts'
import { callerOf, type WebApp } from '../../web/web-app.ts'
import type { ApiContext } from '../api-context.ts'
import { DisclosureList, DisclosuresQuery } from '../schemas/disclosure.ts'
import { disclosuresCsv, disclosureView } from '../views/disclosure-view.ts'

const DEFAULT_LIMIT = 25
const CSV = 'text/csv'

/** `/v2/disclosures`: what left the account, and to whom. */
export function registerDisclosureRoutes(app: WebApp, { services }: ApiContext): void {
  app.get(
    '/v2/disclosures',
    {
      config: { access: needs('faxes:content'), problems: ['request.invalid', 'number.invalid'] },
      schema: {
        tags: ['Audit'],
        summary: 'List disclosures',
        description:
          'Faxes of which pages arrived, or may have: when, to whom, how many pages, who had them sent. Newest first. By number, by your ' +
          'reference or by patient; the last two are encrypted and looked for by opening up to 5,000 faxes a request, so a page may hold ' +
          'few or none and yet have a "nextCursor". With "Accept: text/csv" the page is a table, and X-Next-Cursor tells the next. Each call is an ' +
          'entry of the audit. Whose papers a forwarded fax was is told to keys with `inbound:content`.',
        querystring: DisclosuresQuery,
        response: {
          200: {
            description: 'The disclosures.',
            content: {
              'application/json': { schema: DisclosureList },
              [CSV]: { schema: Type.Unsafe<string>({ type: 'string' }) },
            },
          },
        },
      },
    },
    async (request, reply) => {
      const { scope, actor, scopes } = callerOf(request)
      const { limit = DEFAULT_LIMIT, from, until, ...rest } = request.query
      const { disclosures, nextCursor } = await listDisclosures(services, scope, actor, {
        ...rest,
        ...(from === undefined ? {} : { from: new Date(from) }),
        ...(until === undefined ? {} : { until: new Date(until) }),
        limit,
        seesPatients: scopes.includes('inbound:content'),
      })
      reply.header('cache-control', 'private, no-store')
      if (!wantsCsv(request.headers.accept))
        return reply.type('application/json').send({ data: disclosures.map(disclosureView), nextCursor })
      if (nextCursor !== null) reply.header('x-next-cursor', nextCursor)
      return reply
        .type(CSV)
        .header('content-disposition', 'attachment; filename="disclosures.csv"')
        .send(disclosuresCsv(disclosures))
    },
  )
}

function wantsCsv(accept: string | undefined): boolean {
  return accept?.split(',').some((type) => type.split(';')[0]?.trim().toLowerCase() === CSV) ?? false
}
