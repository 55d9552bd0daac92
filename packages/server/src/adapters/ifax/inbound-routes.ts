import type { FastifyRequest } from 'fastify'
import { listWholeReceived, readPagesByJobId } from '../../application/inbox/read-received-by-job-id.ts'
import type { NumberNames } from '../../application/numbers/number-names.ts'
import { writeFaxPdf } from '../web/fax-pdf.ts'
import { needs } from '../web/route-access.ts'
import { callerOf, type WebApp } from '../web/web-app.ts'
import { type IFaxContext, KEY_HEADER } from './context.ts'
import { type Fields, integerField, required, requiredJobId } from './fields.ts'
import { readListFields, readNumberNames } from './inbound-fields.ts'
import type { MarkedAs } from './marked-as.ts'
import { type ReceivedRow, receivedRow } from './received-object.ts'
import { success } from './reply.ts'
import { readFields } from './request-fields.ts'
import { shownNumbers } from './shown-numbers.ts'

const LIST = { access: needs('inbound:read', KEY_HEADER), undocumented: true } as const
const CONTENT = { access: needs('inbound:content', KEY_HEADER), undocumented: true } as const
const LISTED = 'Fax list retrieved successfully'

/** Lists of received faxes, and their pages. */
export function registerInboundRoutes(app: WebApp, context: IFaxContext): void {
  const { services } = context
  app.post('/customer/inbound/fax-list', { config: LIST }, async (request) => {
    const fields = await readFields(request)
    return success(LISTED, await list(context, request, fields, readNumberNames(fields)))
  })

  app.post('/customer/inbound/fax-list-all', { config: LIST }, async (request) =>
    success(LISTED, await list(context, request, await readFields(request))),
  )

  app.post('/customer/inbound/fax-download', { config: CONTENT }, async (request) => {
    const { scope, actor } = callerOf(request)
    const fields = await readFields(request)
    const transactionId = integerField(fields, 'transactionId', 'the "transactionId" of the row')
    const { id, pages } = await readPagesByJobId(
      services,
      scope,
      actor,
      requiredJobId(fields),
      required(transactionId, 'transactionId'),
    )
    const pdf = Buffer.from(writeFaxPdf(id, pages))
    return success('Fax downloaded successfully', pdf.toString('base64'))
  })
}

async function list(
  { services }: IFaxContext,
  request: FastifyRequest,
  fields: Fields,
  number?: NumberNames,
): Promise<ReceivedRow[]> {
  const { scope, scopes } = callerOf(request)
  let markedAs: MarkedAs | undefined
  const faxes = await listWholeReceived(services, scope, (settings) => {
    const asked = readListFields(fields, settings)
    markedAs = asked.markedAs
    return number ? { ...asked.query, number } : asked.query
  })
  const showNumbers = scopes.includes('inbound:content')
  return faxes.map(({ received, numbers, called }) =>
    receivedRow(received, shownNumbers(numbers, showNumbers), called, markedAs!.word(received.mark)),
  )
}
