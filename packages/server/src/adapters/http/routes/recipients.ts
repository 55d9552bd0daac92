import { createRecipient, importRecipients } from '../../../application/recipients/add-recipients.ts'
import {
  changeRecipient,
  deleteRecipient,
  getRecipient,
  listRecipients,
} from '../../../application/recipients/recipients.ts'
import { idempotently } from '../../web/idempotent.ts'
import { needs } from '../../web/route-access.ts'
import { callerOf, type WebApp } from '../../web/web-app.ts'
import type { ApiContext } from '../api-context.ts'
import { IdParam, Nothing } from '../schemas/common.ts'
import {
  CreateRecipientBody,
  ImportRecipientsBody,
  ImportReport,
  ListRecipientsQuery,
  Recipient,
  RecipientList,
  UpdateRecipientBody,
} from '../schemas/recipient.ts'
import { recipientView, showsNumbers } from '../views/recipient-view.ts'
import { registerRecipientProof } from './recipient-proof.ts'

const tags = ['Recipients']
const params = IdParam('rcp', 'recipient')
const reading = needs('recipients:read')
const writing = needs('recipients:write')

/** `/v2/recipients`: whose numbers are known to be theirs. */
export function registerRecipientRoutes(app: WebApp, context: ApiContext): void {
  registerReading(app, context)
  registerMake(app, context)
  registerChange(app, context)
  registerRecipientProof(app, context)
}

function registerReading(app: WebApp, { services }: ApiContext): void {
  app.get(
    '/v2/recipients',
    {
      config: { access: reading, problems: ['number.invalid'] },
      schema: {
        tags,
        summary: 'List recipients',
        description: 'Newest first.',
        querystring: ListRecipientsQuery,
        response: { 200: RecipientList },
      },
    },
    async (request) => {
      const { scope, scopes } = callerOf(request)
      const { limit, ...query } = request.query
      const page = await listRecipients(services, scope, { ...query, limit: limit ?? 25 })
      const data = page.recipients.map((each) => recipientView(each, showsNumbers(scopes)))
      return { data, nextCursor: page.nextCursor }
    },
  )

  app.get(
    '/v2/recipients/:id',
    {
      config: { access: reading, problems: ['recipient.not_found'] },
      schema: { tags, summary: 'Read a recipient', params, response: { 200: Recipient } },
    },
    async (request) => {
      const { scope, scopes } = callerOf(request)
      return recipientView(await getRecipient(services, scope, request.params.id), showsNumbers(scopes))
    },
  )
}

function registerMake(app: WebApp, { services }: ApiContext): void {
  const problems = ['number.invalid', 'recipient.four_eyes'] as const
  app.post(
    '/v2/recipients',
    {
      config: { access: writing, idempotent: true, problems: [...problems, 'recipient.exists'] },
      schema: {
        tags,
        summary: 'Add a recipient',
        description: 'It is unverified until somebody confirms it, unless "attested".',
        body: CreateRecipientBody,
        response: { 201: Recipient },
      },
    },
    async (request, reply) => {
      const { scope, actor, scopes } = callerOf(request)
      const show = showsNumbers(scopes)
      return idempotently(services, request, reply, request.body, async (finish) => {
        const made = await createRecipient(services, scope, actor, request.body, {
          inTransaction: (tx, view) => finish(tx, { status: 201, body: recipientView(view, show) }),
        })
        return { status: 201, body: recipientView(made, show) }
      })
    },
  )

  app.post(
    '/v2/recipients/import',
    {
      config: { access: writing, idempotent: true, problems },
      schema: {
        tags,
        summary: 'Add a list of recipients',
        description: 'At most 200 at once. Numbers that are there already stay as they are.',
        body: ImportRecipientsBody,
        response: { 201: ImportReport },
      },
    },
    async (request, reply) => {
      const { scope, actor, scopes } = callerOf(request)
      const inputs = request.body.recipients.map((each) => ({ source: 'imported' as const, ...each }))
      const report = (made: Awaited<ReturnType<typeof importRecipients>>) => ({
        data: made.map((each) => recipientView(each, showsNumbers(scopes))),
        skipped: inputs.length - made.length,
      })
      return idempotently(services, request, reply, request.body, async (finish) => {
        const made = await importRecipients(services, scope, actor, inputs, {
          inTransaction: (tx, views) => finish(tx, { status: 201, body: report([...views]) }),
        })
        return { status: 201, body: report(made) }
      })
    },
  )
}

function registerChange(app: WebApp, { services }: ApiContext): void {
  app.patch(
    '/v2/recipients/:id',
    {
      config: {
        access: writing,
        problems: ['recipient.not_found'],
      },
      schema: {
        tags,
        summary: 'Change or suspend a recipient',
        description: 'Fields that are absent stay. The number stays: another number is another recipient.',
        params,
        body: UpdateRecipientBody,
        response: { 200: Recipient },
      },
    },
    async (request) => {
      const { scope, actor, scopes } = callerOf(request)
      const changed = await changeRecipient(services, scope, actor, request.params.id, request.body)
      return recipientView(changed, showsNumbers(scopes))
    },
  )

  app.delete(
    '/v2/recipients/:id',
    {
      config: {
        access: writing,
        problems: ['recipient.not_found', 'recipient.suspended', 'recipient.in_use'],
      },
      schema: {
        tags,
        summary: 'Delete a recipient',
        description: 'Its number is a stranger again. One that is suspended stays.',
        params,
        response: { 204: Nothing },
      },
    },
    async (request, reply) => {
      const { scope, actor } = callerOf(request)
      await deleteRecipient(services, scope, actor, request.params.id)
      return reply.code(204).send(null)
    },
  )
}
