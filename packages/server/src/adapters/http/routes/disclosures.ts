import type { FastifyReply, FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import { listDisclosures } from '../../../application/audit/list-disclosures.ts'
import type { Services } from '../../../application/services.ts'
import { needs } from '../../web/route-access.ts'
import { callerOf, type WebApp } from '../../web/web-app.ts'
import type { ApiContext } from '../api-context.ts'
import { DisclosureList, DisclosuresBody, DisclosuresQuery } from '../schemas/disclosure.ts'
import { disclosuresCsv, disclosureView } from '../views/disclosure-view.ts'

const DEFAULT_LIMIT = 25
const CSV = 'text/csv'

const WHAT =
  'Faxes of which pages arrived, or may have: when, to whom, how many pages, why, who had them sent, and whether an account of disclosures (45 CFR ' +
  '164.528) has it. Newest first. By number, by patient, or by your reference, which is encrypted and looked for by opening up to 5,000 faxes a ' +
  'request, so a page may hold few or none and yet have a "nextCursor". With "Accept: text/csv" the page is a table; X-Next-Cursor tells the next, ' +
  'and X-Unlinked what "unlinked" does. Each call is an entry of the audit.'

const response = {
  200: {
    description: 'The disclosures.',
    content: {
      'application/json': { schema: DisclosureList },
      [CSV]: { schema: Type.Unsafe<string>({ type: 'string' }) },
    },
  },
}

/** `/v2/disclosures`: what left the account, to whom and why. */
export function registerDisclosureRoutes(app: WebApp, { services }: ApiContext): void {
  const access = needs('faxes:content')
  app.get(
    '/v2/disclosures',
    {
      config: { access, problems: ['number.invalid'] },
      schema: {
        tags: ['Audit'],
        summary: 'List disclosures',
        description: `${WHAT} Ask for a patient with POST /v2/disclosures/search: an address is kept in logs of others.`,
        querystring: DisclosuresQuery,
        response,
      },
    },
    (request, reply) => answer(services, request, reply, request.query),
  )
  app.post(
    '/v2/disclosures/search',
    {
      config: { access, problems: ['number.invalid'] },
      schema: {
        tags: ['Audit'],
        summary: 'Search disclosures',
        description: `The same as GET /v2/disclosures, with the question in the body, where no log of an address sees it. ${WHAT}`,
        body: DisclosuresBody,
        response,
      },
    },
    (request, reply) => answer(services, request, reply, request.body),
  )
}

async function answer(
  services: Services,
  request: FastifyRequest,
  reply: FastifyReply,
  query: Static<typeof DisclosuresQuery>,
): Promise<string | Static<typeof DisclosureList>> {
  const { scope, actor } = callerOf(request)
  const { limit = DEFAULT_LIMIT, from, until, ...rest } = query
  const { disclosures, nextCursor, unlinked } = await listDisclosures(services, scope, actor, {
    ...rest,
    ...(from === undefined ? {} : { from: new Date(from) }),
    ...(until === undefined ? {} : { until: new Date(until) }),
    limit,
  })
  reply.header('cache-control', 'private, no-store')
  if (!wantsCsv(request.headers.accept)) {
    const data = disclosures.map(disclosureView)
    reply.type('application/json')
    return { data, nextCursor, unlinked }
  }
  if (nextCursor !== null) reply.header('x-next-cursor', nextCursor)
  if (unlinked !== null) reply.header('x-unlinked', unlinked)
  reply.type(CSV).header('content-disposition', 'attachment; filename="disclosures.csv"')
  return disclosuresCsv(disclosures)
}

function wantsCsv(accept: string | undefined): boolean {
  return accept?.split(',').some((type) => type.split(';')[0]?.trim().toLowerCase() === CSV) ?? false
}
