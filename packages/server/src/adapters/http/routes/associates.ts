import type { Static } from 'typebox'
import {
  type AssociateFields,
  changeAssociate,
  createAssociate,
  endAssociate,
  getAssociate,
  listAssociates,
} from '../../../application/associates/associates.ts'
import type { AssociateTies } from '../../../domain/associates/associate.ts'
import { idempotently } from '../../web/idempotent.ts'
import { needs } from '../../web/route-access.ts'
import { callerOf, type WebApp } from '../../web/web-app.ts'
import type { ApiContext } from '../api-context.ts'
import { Associate, AssociateList, CreateAssociateBody, UpdateAssociateBody } from '../schemas/associate.ts'
import { IdParam } from '../schemas/common.ts'
import { associateViewer } from '../views/associate-view.ts'
import { registerAgreementRoutes } from './associate-agreements.ts'

const tags = ['Compliance']
const params = IdParam('asc', 'associate')
const reading = needs('audit:read')
// Whoever may open a way out says under which agreement.
const writing = needs('trunks:write')
const NO_TIES: AssociateTies = { trunkIds: [], providerIds: [], webhookHosts: [], systems: [] }

/** `/v2/associates`: who else gets to see PHI, and under which contract. */
export function registerAssociateRoutes(app: WebApp, context: ApiContext): void {
  registerReading(app, context)
  registerMake(app, context)
  registerChange(app, context)
  registerAgreementRoutes(app, context)
}

function registerReading(app: WebApp, { services }: ApiContext): void {
  const view = associateViewer(services)
  app.get(
    '/v2/associates',
    {
      config: { access: reading },
      schema: {
        tags,
        summary: 'List business associates',
        description: 'Oldest first, with those that ended. A test key has none.',
        response: { 200: AssociateList },
      },
    },
    async (request) => {
      const associates = await listAssociates(services, callerOf(request).scope)
      return { data: associates.map(view), nextCursor: null }
    },
  )

  app.get(
    '/v2/associates/:id',
    {
      config: { access: reading, problems: ['associate.not_found'] },
      schema: { tags, summary: 'Read a business associate', params, response: { 200: Associate } },
    },
    async (request) => view(await getAssociate(services, callerOf(request).scope, request.params.id)),
  )
}

function registerMake(app: WebApp, { services }: ApiContext): void {
  const view = associateViewer(services)
  app.post(
    '/v2/associates',
    {
      config: {
        access: writing,
        idempotent: true,
        problems: ['associate.invalid', 'associate.test_key'],
      },
      schema: {
        tags,
        summary: 'Add a business associate',
        description:
          'Somebody who gets to see PHI for you (45 CFR 160.103), and the trunks, providers, webhook hosts and systems they stand behind. ' +
          'In live mode nothing with PHI goes to those before an agreement or an exception is recorded: see docs/compliance/operator-security.md.',
        body: CreateAssociateBody,
        response: { 201: Associate },
      },
    },
    async (request, reply) => {
      const { scope, actor } = callerOf(request)
      const { ties, exception, ...rest } = request.body
      const fields: AssociateFields = { ...rest, ties: tiesOf(ties), exception: exception ?? null }
      return idempotently(services, request, reply, request.body, async (finish) => {
        const associate = await createAssociate(services, scope, actor, fields, {
          inTransaction: (tx, made) => finish(tx, { status: 201, body: view(made) }),
        })
        return { status: 201, body: view(associate) }
      })
    },
  )
}

function registerChange(app: WebApp, { services }: ApiContext): void {
  const view = associateViewer(services)
  app.patch(
    '/v2/associates/:id',
    {
      config: {
        access: writing,
        problems: ['associate.invalid', 'associate.not_found', 'associate.ended'],
      },
      schema: {
        tags,
        summary: 'Change a business associate',
        description: 'Fields that are absent stay; "ties" is replaced as a whole.',
        params,
        body: UpdateAssociateBody,
        response: { 200: Associate },
      },
    },
    async (request) => {
      const { scope, actor } = callerOf(request)
      const change = fieldsOf(request.body)
      return view(await changeAssociate(services, scope, actor, request.params.id, change))
    },
  )

  app.post(
    '/v2/associates/:id/end',
    {
      config: { access: writing, problems: ['associate.not_found', 'associate.ended'] },
      schema: {
        tags,
        summary: 'End the relation with a business associate',
        description: 'From then on nothing with PHI goes there. Its agreements stay on record.',
        params,
        response: { 200: Associate },
      },
    },
    async (request) => {
      const { scope, actor } = callerOf(request)
      return view(await endAssociate(services, scope, actor, request.params.id))
    },
  )
}

/** `ties` are whole in a use case, whatever part of them was sent. */
function fieldsOf(body: Static<typeof UpdateAssociateBody>): Partial<AssociateFields> {
  const { ties, ...rest } = body
  return { ...rest, ...(ties === undefined ? {} : { ties: tiesOf(ties) }) }
}

function tiesOf(ties: Static<typeof UpdateAssociateBody>['ties']): AssociateTies {
  return { ...NO_TIES, ...ties }
}
