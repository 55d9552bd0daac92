import { assignReceived } from '../../../application/inbox/assign-received.ts'
import { linkReceived } from '../../../application/inbox/link-received.ts'
import { markReceived } from '../../../application/inbox/mark-received.ts'
import { getReceived } from '../../../application/inbox/read-received.ts'
import { needs } from '../../web/route-access.ts'
import { callerOf, type WebApp } from '../../web/web-app.ts'
import type { ApiContext } from '../api-context.ts'
import { IdParam } from '../schemas/common.ts'
import { Inbound } from '../schemas/inbound.ts'
import { AssignBody, LinkBody, MarkBody } from '../schemas/inbound-actions.ts'
import { inboundView } from '../views/inbound-view.ts'

const tags = ['Inbound']
const params = IdParam('inb', 'received fax')

/** What people say of a received fax. Each answers it as it is then; saying the same again changes nothing and is not told again. */
export function registerInboundActions(app: WebApp, context: ApiContext): void {
  registerAssign(app, context)
  registerMark(app, context)
  registerLink(app, context)
}

function registerAssign(app: WebApp, { services }: ApiContext): void {
  app.post(
    '/v2/inbound/:id/assign',
    {
      config: { access: needs('inbound:write'), problems: ['inbound.not_found'] },
      schema: {
        tags,
        summary: 'Say who answers for a received fax',
        description:
          'Until somebody does, the owner of its mailbox does. Moving it to another mailbox keeps what was promised, "dueAt", unless ' +
          'that mailbox promises more.',
        params,
        body: AssignBody,
        response: { 200: Inbound },
      },
    },
    async (request) => {
      const { scope, actor, scopes } = callerOf(request)
      const { id } = request.params
      await assignReceived(services, scope, actor, id, request.body)
      return inboundView(await getReceived(services, scope, id), scopes.includes('inbound:content'))
    },
  )
}

function registerMark(app: WebApp, { services }: ApiContext): void {
  app.post(
    '/v2/inbound/:id/mark',
    {
      config: { access: needs('inbound:write'), problems: ['inbound.not_found'] },
      schema: {
        tags,
        summary: 'Say what became of a received fax',
        description: 'Any mark but "new" stops the clock: "dueAt" is null. Back to "new" it starts afresh.',
        params,
        body: MarkBody,
        response: { 200: Inbound },
      },
    },
    async (request) => {
      const { scope, actor, scopes } = callerOf(request)
      const { id } = request.params
      await markReceived(services, scope, actor, id, request.body.mark, request.body.reason)
      return inboundView(await getReceived(services, scope, id), scopes.includes('inbound:content'))
    },
  )
}

function registerLink(app: WebApp, { services }: ApiContext): void {
  app.post(
    '/v2/inbound/:id/link',
    {
      config: {
        access: needs('inbound:write'),
        problems: ['inbound.not_found', 'fax.not_found'],
      },
      schema: {
        tags,
        summary: 'Link a received fax to a patient, or to the fax it answers',
        description: 'What is left out stays as it is.',
        params,
        body: LinkBody,
        response: { 200: Inbound },
      },
    },
    async (request) => {
      const { scope, actor, scopes } = callerOf(request)
      const { id } = request.params
      await linkReceived(services, scope, actor, id, request.body)
      return inboundView(await getReceived(services, scope, id), scopes.includes('inbound:content'))
    },
  )
}
