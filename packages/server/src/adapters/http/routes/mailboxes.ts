import {
  changeMailbox,
  createMailbox,
  deleteMailbox,
  getMailbox,
  listMailboxes,
} from '../../../application/inbox/mailboxes.ts'
import { listNotices } from '../../../application/notices/list-notices.ts'
import type { OpenMailbox } from '../../../application/sealed/mailbox-secrets.ts'
import type { Services } from '../../../application/services.ts'
import { idempotently } from '../../web/idempotent.ts'
import { needs } from '../../web/route-access.ts'
import { callerOf, type WebApp } from '../../web/web-app.ts'
import type { ApiContext } from '../api-context.ts'
import { IdParam, Nothing } from '../schemas/common.ts'
import {
  CreateMailboxBody,
  DeleteMailboxQuery,
  Mailbox,
  MailboxList,
  NoticeList,
  NoticeQuery,
  UpdateMailboxBody,
} from '../schemas/mailbox.ts'
import { mailboxView, noticeView } from '../views/mailbox-view.ts'

const tags = ['Mailboxes']
const params = IdParam('mbx', 'mailbox')
const reading = needs('numbers:read')
const writing = needs('numbers:write')

const viewOf = (services: Services, mailbox: OpenMailbox) =>
  mailboxView(mailbox, services.mailer !== undefined)

/** `/v2/mailboxes`: where received faxes lie, who answers for them, and within what time. */
export function registerMailboxRoutes(app: WebApp, context: ApiContext): void {
  registerReading(app, context)
  registerMake(app, context)
  registerChange(app, context)
}

function registerReading(app: WebApp, { services }: ApiContext): void {
  app.get(
    '/v2/mailboxes',
    {
      config: { access: reading },
      schema: {
        tags,
        summary: 'List mailboxes',
        description: 'The default one first, then the oldest. There is always a default one.',
        response: { 200: MailboxList },
      },
    },
    async (request) => {
      const mailboxes = await listMailboxes(services, callerOf(request).scope)
      return { data: mailboxes.map((each) => viewOf(services, each)), nextCursor: null }
    },
  )

  app.get(
    '/v2/mailboxes/:id',
    {
      config: { access: reading, problems: ['mailbox.not_found'] },
      schema: { tags, summary: 'Read a mailbox', params, response: { 200: Mailbox } },
    },
    async (request) =>
      viewOf(services, await getMailbox(services, callerOf(request).scope, request.params.id)),
  )

  app.get(
    '/v2/mailboxes/:id/notices',
    {
      config: {
        access: reading,
        problems: ['mailbox.not_found'],
      },
      schema: {
        tags,
        summary: 'List notices sent by email',
        description:
          'Newest first. failed: the mail server refused it, or did not take it within half a day.',
        params,
        querystring: NoticeQuery,
        response: { 200: NoticeList },
      },
    },
    async (request) => {
      const { limit, ...query } = request.query
      const { scope } = callerOf(request)
      const page = await listNotices(services, scope, request.params.id, { ...query, limit: limit ?? 25 })
      return { data: page.notices.map(noticeView), nextCursor: page.nextCursor }
    },
  )
}

function registerMake(app: WebApp, { services }: ApiContext): void {
  app.post(
    '/v2/mailboxes',
    {
      config: {
        access: writing,
        idempotent: true,
        problems: ['mailbox.invalid'],
      },
      schema: {
        tags,
        summary: 'Add a mailbox',
        description: 'Faxes come to it by a number ("mailboxId" of PATCH /v2/numbers/{id}) or by a route.',
        body: CreateMailboxBody,
        response: { 201: Mailbox },
      },
    },
    async (request, reply) => {
      const { scope, actor } = callerOf(request)
      return idempotently(services, request, reply, request.body, async (finish) => {
        const mailbox = await createMailbox(services, scope, actor, request.body, {
          inTransaction: (tx, made) => finish(tx, { status: 201, body: viewOf(services, made) }),
        })
        return { status: 201, body: viewOf(services, mailbox) }
      })
    },
  )
}

function registerChange(app: WebApp, { services }: ApiContext): void {
  app.patch(
    '/v2/mailboxes/:id',
    {
      config: {
        access: writing,
        problems: ['mailbox.invalid', 'mailbox.not_found'],
      },
      schema: {
        tags,
        summary: 'Change a mailbox',
        description:
          'Fields that are absent stay. Other minutes hold for faxes that come from now on; due times that were set stay.',
        params,
        body: UpdateMailboxBody,
        response: { 200: Mailbox },
      },
    },
    async (request) => {
      const { scope, actor } = callerOf(request)
      return viewOf(services, await changeMailbox(services, scope, actor, request.params.id, request.body))
    },
  )

  app.delete(
    '/v2/mailboxes/:id',
    {
      config: {
        access: writing,
        problems: ['mailbox.invalid', 'mailbox.is_default', 'mailbox.not_empty', 'mailbox.not_found'],
      },
      schema: {
        tags,
        summary: 'Delete a mailbox',
        description:
          'Its faxes, numbers and routes go to the mailbox named as "heir"; without one it must be empty. Marks, assignees and due times stay.',
        params,
        querystring: DeleteMailboxQuery,
        response: { 204: Nothing },
      },
    },
    async (request, reply) => {
      const { scope, actor } = callerOf(request)
      await deleteMailbox(services, scope, actor, request.params.id, request.query.heir)
      return reply.code(204).send(null)
    },
  )
}
