import { confirmRecipient } from '../../../application/recipients/confirm-recipient.ts'
import {
  changeRecipient,
  createRecipient,
  deleteRecipient,
  getRecipient,
  importRecipients,
  listRecipients,
} from '../../../application/recipients/recipients.ts'
import { verifyRecipient } from '../../../application/recipients/verify-recipient.ts'
import { Problem } from '../../../domain/problem/problem.ts'
import { idempotently } from '../../web/idempotent.ts'
import { needs } from '../../web/route-access.ts'
import { callerOf, type WebApp } from '../../web/web-app.ts'
import type { ApiContext } from '../api-context.ts'
import { IdParam, Nothing } from '../schemas/common.ts'
import {
  ConfirmRecipientBody,
  CreateRecipientBody,
  ImportRecipientsBody,
  ImportReport,
  ListRecipientsQuery,
  Recipient,
  RecipientList,
  UpdateRecipientBody,
} from '../schemas/recipient.ts'
import { AcceptedFax } from '../schemas/send-fax.ts'
import { acceptedView } from '../views/fax-view.ts'
import { recipientView } from '../views/recipient-view.ts'

const tags = ['Recipients']
const params = IdParam('rcp', 'recipient')
const reading = needs('recipients:read')
const writing = needs('recipients:write')

/** Whole numbers are content, as everywhere. */
const showsNumbers = (scopes: readonly string[]) => scopes.includes('faxes:content')

/** `/v2/recipients`: whose numbers are known to be theirs. */
export function registerRecipientRoutes(app: WebApp, context: ApiContext): void {
  registerReading(app, context)
  registerMake(app, context)
  registerChange(app, context)
  registerProof(app, context)
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

function registerProof(app: WebApp, { services }: ApiContext): void {
  app.post(
    '/v2/recipients/:id/verify',
    {
      config: {
        access: writing,
        idempotent: true,
        problems: [
          'recipient.not_found',
          'recipient.frozen',
          'destination.not_allowed',
          'auth.key_mode_mismatch',
        ],
      },
      schema: {
        tags,
        summary: 'Send a test fax with a code',
        description:
          'One page without patient data, with a code of six digits that is good for seven days and five tries. An earlier code is void.',
        params,
        response: { 202: AcceptedFax },
      },
    },
    async (request, reply) => {
      const { scope, actor } = callerOf(request)
      return idempotently(services, request, reply, null, async (finish) => {
        const accepted = await verifyRecipient(services, scope, actor, request.params.id, {
          inTransaction: (tx, made) => finish(tx, { status: 202, body: acceptedView(made, scope.mode) }),
        })
        return { status: 202, body: acceptedView(accepted, scope.mode) }
      })
    },
  )

  app.post(
    '/v2/recipients/:id/confirm',
    {
      config: {
        access: writing,
        problems: [
          'request.missing_field',
          'recipient.not_found',
          'recipient.frozen',
          'recipient.confirm_mismatch',
          'recipient.code_wrong',
          'recipient.code_gone',
          'recipient.four_eyes',
        ],
      },
      schema: {
        tags,
        summary: 'Confirm a recipient',
        description:
          'With the digits of its number, asked of the recipient another way, or with the code of the test fax. Lifts a suspension; faxes ' +
          'that wait for the number are released one by one.',
        params,
        body: ConfirmRecipientBody,
        response: { 200: Recipient },
      },
    },
    async (request) => {
      const { scope, actor, scopes } = callerOf(request)
      const proof = proofOf(request.body)
      const confirmed = await confirmRecipient(services, scope, actor, request.params.id, proof)
      return recipientView(confirmed, showsNumbers(scopes))
    },
  )
}

function proofOf({ number, code }: { number?: string; code?: string }) {
  if (number !== undefined && code !== undefined) {
    throw new Problem('request.invalid', { field: 'code', detail: 'Give "number" or "code", not both.' })
  }
  if (number !== undefined) return { number }
  if (code !== undefined) return { code }
  throw new Problem('request.missing_field', { field: 'number', detail: 'Give "number" or "code".' })
}
