import { getFax } from '../../../application/sending/get-fax.ts'
import { listFaxes } from '../../../application/sending/list-faxes.ts'
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
import { AcceptedFax, SendFaxBody, SendFaxForm } from '../schemas/send-fax.ts'
import { acceptedView, faxSummaryView, faxView } from '../views/fax-view.ts'
import { registerFaxActions } from './fax-actions.ts'

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
  'document.url_refused',
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
  registerFaxActions(app, context)
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
