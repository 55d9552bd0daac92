import { linkFax } from '../../../application/patients/link-fax.ts'
import { releaseFax } from '../../../application/recipients/release-fax.ts'
import { cancelFax } from '../../../application/sending/cancel-fax.ts'
import { getFax } from '../../../application/sending/get-fax.ts'
import { recordOutcome } from '../../../application/sending/record-outcome.ts'
import { resendFax } from '../../../application/sending/resend-fax.ts'
import { idempotently } from '../../web/idempotent.ts'
import { needs } from '../../web/route-access.ts'
import { callerOf, type WebApp } from '../../web/web-app.ts'
import type { ApiContext } from '../api-context.ts'
import { IdParam } from '../schemas/common.ts'
import { Fax } from '../schemas/fax.ts'
import { LinkFaxBody } from '../schemas/papers.ts'
import { ReleaseBody } from '../schemas/recipient.ts'
import { AcceptedFax, OutcomeBody, ResendBody } from '../schemas/send-fax.ts'
import { acceptedView, faxView } from '../views/fax-view.ts'

const tags = ['Faxes']
const params = IdParam('fax', 'fax')

/** What people and programs do with a fax that was accepted. */
export function registerFaxActions(app: WebApp, context: ApiContext): void {
  registerCancel(app, context)
  registerLink(app, context)
  registerRelease(app, context)
  registerOutcome(app, context)
  registerResend(app, context)
}

function registerCancel(app: WebApp, { services }: ApiContext): void {
  app.post(
    '/v2/faxes/:id/cancel',
    {
      config: { access: needs('faxes:write'), problems: ['fax.not_found', 'fax.not_cancelable'] },
      schema: {
        tags,
        summary: 'Cancel a fax',
        description:
          'A call in progress is ended as soon as the protocol allows. Pages that were already confirmed stay delivered: ' +
          'the fax is then partially_delivered.',
        params,
        response: { 200: Fax },
      },
    },
    async (request) => {
      const { scope, actor, scopes } = callerOf(request)
      await cancelFax(services, scope, actor, request.params.id)
      return faxView(await getFax(services, scope, request.params.id), scopes.includes('faxes:content'))
    },
  )
}

function registerLink(app: WebApp, { services }: ApiContext): void {
  app.post(
    '/v2/faxes/:id/link',
    {
      config: {
        access: needs('faxes:write'),
        problems: ['fax.not_found', 'fax.content_deleted'],
      },
      schema: {
        tags,
        summary: 'Say whose papers a fax is, and why it was sent',
        description:
          "Also when it went long ago. What is left out stays as it is. Faxes that repeat it follow if they were said to be the same patient's. What was " +
          'under a legal hold as the papers of one patient stays under it. Each change is an entry of the audit.',
        params,
        body: LinkFaxBody,
        response: { 200: Fax },
      },
    },
    async (request) => {
      const { scope, actor, scopes } = callerOf(request)
      await linkFax(services, scope, actor, request.params.id, request.body)
      return faxView(await getFax(services, scope, request.params.id), scopes.includes('faxes:content'))
    },
  )
}

function registerRelease(app: WebApp, { services }: ApiContext): void {
  app.post(
    '/v2/faxes/:id/release',
    {
      config: {
        access: needs('recipients:write'),
        problems: [
          'fax.not_found',
          'fax.not_held',
          'fax.confirm_mismatch',
          'fax.four_eyes',
          'recipient.suspended',
        ],
      },
      schema: {
        tags,
        summary: 'Release a fax that waits for a second look',
        description:
          'Compare the digits with the order, and type them anew as "confirm". The fax goes, and the number is confirmed for the next ones. ' +
          'A fax to a suspended number waits until the number is confirmed.',
        params,
        body: ReleaseBody,
        response: { 200: Fax },
      },
    },
    async (request) => {
      const { scope, actor, scopes } = callerOf(request)
      await releaseFax(services, scope, actor, request.params.id, request.body.confirm)
      return faxView(await getFax(services, scope, request.params.id), scopes.includes('faxes:content'))
    },
  )
}

function registerOutcome(app: WebApp, { services }: ApiContext): void {
  app.post(
    '/v2/faxes/:id/outcome',
    {
      config: { access: needs('faxes:write'), problems: ['fax.not_found'] },
      schema: {
        tags,
        summary: 'Say what became of a fax whose outcome is unknown',
        description:
          'After somebody has asked the recipient. The status stays outcome_unknown, for it was all that the call told; the audit has who found ' +
          'out what, and the compliance report asks no more. Where it did not arrive, send it again with "allowDuplicate".',
        params,
        body: OutcomeBody,
        response: { 200: Fax },
      },
    },
    async (request) => {
      const { scope, actor, scopes } = callerOf(request)
      await recordOutcome(services, scope, actor, request.params.id, request.body.arrived)
      return faxView(await getFax(services, scope, request.params.id), scopes.includes('faxes:content'))
    },
  )
}

function registerResend(app: WebApp, { services }: ApiContext): void {
  app.post(
    '/v2/faxes/:id/resend',
    {
      config: {
        access: needs('faxes:write'),
        idempotent: true,
        problems: [
          'fax.not_found',
          'fax.content_deleted',
          'fax.not_resendable',
          'fax.possible_duplicate',
          'destination.not_allowed',
          'limit.quota',
        ],
      },
      schema: {
        tags,
        summary: 'Send an ended fax again',
        description:
          'Makes a new fax with the same pages, patient and purpose, linked to this one by "resendOf".',
        params,
        body: ResendBody,
        response: { 202: AcceptedFax },
      },
    },
    async (request, reply) => {
      const { scope, actor } = callerOf(request)
      const allowDuplicate = request.body.allowDuplicate ?? false
      return idempotently(services, request, reply, request.body, async (finish) => {
        const accepted = await resendFax(
          services,
          scope,
          actor,
          request.params.id,
          { allowDuplicate },
          {
            inTransaction: (tx, made) => finish(tx, { status: 202, body: acceptedView(made, scope.mode) }),
          },
        )
        return { status: 202, body: acceptedView(accepted, scope.mode) }
      })
    },
  )
}
