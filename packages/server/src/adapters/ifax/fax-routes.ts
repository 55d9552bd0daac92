import { cancelFax } from '../../application/sending/cancel-fax.ts'
import { getFaxByJobId, listFaxesByJobId } from '../../application/sending/read-fax-by-job-id.ts'
import { resendFax } from '../../application/sending/resend-fax.ts'
import type { KeyScope } from '../../domain/access/api-key.ts'
import { idempotently } from '../web/idempotent.ts'
import { needs } from '../web/route-access.ts'
import { callerOf, type WebApp } from '../web/web-app.ts'
import { type IFaxContext, KEY_HEADER } from './context.ts'
import { parseListRange } from './dates.ts'
import { type FaxNumbers, faxObject } from './fax-object.ts'
import { type Fields, flagField, jobIdField, orderField, requiredJobId } from './fields.ts'
import { success } from './reply.ts'
import { readFields } from './request-fields.ts'
import { shownNumbers } from './shown-numbers.ts'

const LIST_LIMIT = 100
const READ = { access: needs('faxes:read', KEY_HEADER), undocumented: true } as const
const WRITE = { access: needs('faxes:write', KEY_HEADER), undocumented: true } as const

/** Status, resend, cancel and list of outbound faxes. */
export function registerFaxRoutes(app: WebApp, context: IFaxContext): void {
  registerStatus(app, context)
  registerResend(app, context)
  // iFax documents no path for a cancel; both spellings are answered.
  for (const path of ['/customer/fax-cancel', '/customer/cancel-fax']) registerCancel(app, context, path)
  for (const path of ['/customer/fax-lists', '/customer/fax-list']) registerList(app, context, path)
}

function registerStatus(app: WebApp, { services }: IFaxContext): void {
  app.post('/customer/fax-status', { config: READ }, async (request) => {
    const { scope, scopes } = callerOf(request)
    const { fax, numbers } = await getFaxByJobId(services, scope, requiredJobId(await readFields(request)))
    return success('Fax status retrieved successfully', faxObject(fax, shown(numbers, scopes)))
  })
}

function registerResend(app: WebApp, { services }: IFaxContext): void {
  app.post('/customer/fax-resend', { config: WRITE }, async (request, reply) => {
    const { scope, actor } = callerOf(request)
    const fields = await readFields(request)
    const { fax } = await getFaxByJobId(services, scope, requiredJobId(fields))
    const options = { allowDuplicate: flagField(fields, 'allowDuplicate') }
    const body = (jobId: number) => ({ ...success('Fax processed for sending', { jobId }), jobId })
    return idempotently(services, request, reply, fields, async (finish) => {
      const accepted = await resendFax(services, scope, actor, fax.id, options, {
        inTransaction: (tx, { jobId }) => finish(tx, { status: 200, body: body(jobId) }),
      })
      return { status: 200, body: body(accepted.jobId) }
    })
  })
}

/** Cancelling twice is one cancel: a client that lost the first answer gets the same again. */
function registerCancel(app: WebApp, { services }: IFaxContext, path: string): void {
  app.post(path, { config: WRITE }, async (request) => {
    const { scope, actor, scopes } = callerOf(request)
    const jobId = requiredJobId(await readFields(request))
    const { fax } = await getFaxByJobId(services, scope, jobId)
    if (fax.status !== 'canceled') await cancelFax(services, scope, actor, fax.id)
    const { fax: after, numbers } = await getFaxByJobId(services, scope, jobId)
    const message = after.status === 'canceled' ? 'Fax canceled successfully' : 'Fax is being canceled'
    return success(message, faxObject(after, shown(numbers, scopes)))
  })
}

function registerList(app: WebApp, { services }: IFaxContext, path: string): void {
  app.post(path, { config: READ }, async (request) => {
    const { scope, scopes } = callerOf(request)
    const fields = await readFields(request)
    const { settings } = await services.store.asAccount(scope, (tx) => tx.accounts.get())
    const faxes = await listFaxesByJobId(services, scope, listQuery(fields, settings.timeZone))
    return success(
      'Fax list retrieved successfully',
      faxes.map(({ fax, numbers }) => faxObject(fax, shown(numbers, scopes))),
    )
  })
}

function shown(numbers: FaxNumbers, scopes: readonly KeyScope[]): FaxNumbers {
  return shownNumbers(numbers, scopes.includes('faxes:content'))
}

function listQuery(fields: Fields, timeZone: string | undefined) {
  const { from, before } = parseListRange(fields, timeZone)
  const lastJobId = jobIdField(fields, 'lastFaxId')
  return {
    order: orderField(fields),
    limit: LIST_LIMIT,
    ...(from && { createdAfter: from }),
    ...(before && { createdBefore: before }),
    ...(lastJobId === undefined ? {} : { lastJobId }),
  }
}
