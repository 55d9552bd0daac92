import { linkFax } from '../../../application/patients/link-fax.ts'
import { releaseFax } from '../../../application/recipients/release-fax.ts'
import { cancelFax } from '../../../application/sending/cancel-fax.ts'
import { getFax } from '../../../application/sending/get-fax.ts'
import { listFaxes } from '../../../application/sending/list-faxes.ts'
import { resendFax } from '../../../application/sending/resend-fax.ts'
import { sendFax } from '../../../application/sending/send-fax.ts'
import { FAX_STATUSES, type FaxStatus } from '../../../domain/fax/fax.ts'
import { Problem, type ProblemCode } from '../../../domain/problem/problem.ts'
import { idempotently } from '../../web/idempotent.ts'
import { needs } from '../../web/route-access.ts'
import { callerOf, type WebApp } from '../../web/web-app.ts'
import type { ApiContext } from '../api-context.ts'
import { discardAll, readSendRequest } from '../read-send-request.ts'
import { IdParam } from '../schemas/common.ts'
import { Fax, FaxList, ListFaxesQuery } from '../schemas/fax.ts'
import { LinkFaxBody } from '../schemas/papers.ts'
import { ReleaseBody } from '../schemas/recipient.ts'
import { AcceptedFax, ResendBody, SendFaxBody, SendFaxForm } from '../schemas/send-fax.ts'
import { acceptedView, faxSummaryView, faxView } from '../views/fax-view.ts'

const tags = ['Faxes']
const params = IdParam('fax', 'fax')

/** Why a fax may be refused before it is accepted. */
const SEND_PROBLEMS: readonly ProblemCode[] = [
  'request.too_large',
  'request.unsupported_media_type',
  'number.invalid',
  'destination.not_allowed',
  'auth.key_mode_mismatch',
  'auth.baa_required',
  'document.missing',
  'document.unsupported_type',
  'document.corrupt',
  'document.encrypted',
  'document.too_large',
  'document.fetch_failed',
  'document.not_found',
  'cover.invalid',
  'fax.possible_duplicate',
  'fax.near_miss',
  'limit.quota',
]

/** `/v2/faxes`: send, list, read, cancel, link, release, resend. */
export function registerFaxRoutes(app: WebApp, context: ApiContext): void {
  registerSend(app, context)
  registerList(app, context)
  registerRead(app, context)
  registerCancel(app, context)
  registerLink(app, context)
  registerRelease(app, context)
  registerResend(app, context)
}

function registerSend(app: WebApp, { services, options }: ApiContext): void {
  app.post(
    '/v2/faxes',
    {
      bodyLimit: options.documentBodyBytesMax,
      config: { access: needs('faxes:write'), idempotent: true, problems: SEND_PROBLEMS },
      schema: {
        tags,
        summary: 'Send a fax',
        description:
          'Answers 202 once the fax is durable; it is then sent, retried and told about without further calls. ' +
          'A form with file parts is quicker than base64 in JSON.',
        body: {
          content: {
            'application/json': { schema: SendFaxBody },
            'multipart/form-data': { schema: SendFaxForm },
          },
        },
        response: { 202: AcceptedFax },
      },
    },
    async (request, reply) => {
      const { scope, actor } = callerOf(request)
      const read = await readSendRequest(services, options, scope, request)
      // sendFax takes the staged documents over, and deletes those of a request it refuses.
      let taken = false
      try {
        return await idempotently(services, request, reply, read.content, async (finish) => {
          taken = true
          const accepted = await sendFax(services, scope, actor, read.request, {
            inTransaction: (tx, made) => finish(tx, { status: 202, body: acceptedView(made, scope.mode) }),
          })
          return { status: 202, body: acceptedView(accepted, scope.mode) }
        })
      } finally {
        if (!taken) await discardAll(services, read.staged)
      }
    },
  )
}

function registerList(app: WebApp, { services }: ApiContext): void {
  app.get(
    '/v2/faxes',
    {
      config: {
        access: needs('faxes:read'),
        problems: ['number.invalid'],
      },
      schema: { tags, summary: 'List faxes', querystring: ListFaxesQuery, response: { 200: FaxList } },
    },
    async (request) => {
      const caller = callerOf(request)
      const { status, createdAfter, createdBefore, limit, ...rest } = request.query
      const page = await listFaxes(services, caller.scope, {
        ...rest,
        ...(status === undefined ? {} : { statuses: statusesOf(status) }),
        ...(createdAfter === undefined ? {} : { createdAfter: new Date(createdAfter) }),
        ...(createdBefore === undefined ? {} : { createdBefore: new Date(createdBefore) }),
        limit: limit ?? 25,
      })
      const showNumbers = caller.scopes.includes('faxes:content')
      return { data: page.faxes.map((fax) => faxSummaryView(fax, showNumbers)), nextCursor: page.nextCursor }
    },
  )
}

function registerRead(app: WebApp, { services }: ApiContext): void {
  app.get(
    '/v2/faxes/:id',
    {
      config: { access: needs('faxes:read'), problems: ['fax.not_found'] },
      schema: { tags, summary: 'Read a fax', params, response: { 200: Fax } },
    },
    async (request) => {
      const caller = callerOf(request)
      const fax = await getFax(services, caller.scope, request.params.id)
      return faxView(fax, caller.scopes.includes('faxes:content'))
    },
  )
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

/** `failed,expired`: each must be a status. */
function statusesOf(text: string): FaxStatus[] {
  const statuses = text.split(',').map((each) => each.trim())
  if (!statuses.every((each): each is FaxStatus => (FAX_STATUSES as string[]).includes(each))) {
    throw new Problem('request.invalid', {
      field: 'status',
      detail: `"status" must be one or more of ${FAX_STATUSES.join(', ')}, with commas.`,
    })
  }
  return statuses
}
