import type { WholeQuery } from '../../application/inbox/read-received-by-job-id.ts'
import type { NumberNames } from '../../application/numbers/number-names.ts'
import type { AccountSettings } from '../../ports/store/account-store.ts'
import { parseListRange } from './dates.ts'
import { type Fields, integerField, orderField, required, textField } from './fields.ts'
import { type MarkedAs, readMarkedAs } from './marked-as.ts'

const ROWS_DEFAULT = 100
const ROWS_MAX = 500

/** `numberId` and `orderId`. @throws Problem `request.missing_field`, `request.invalid` */
export function readNumberNames(fields: Fields): NumberNames {
  const numberId = required(integerField(fields, 'numberId', 'the "numberId" of a number'), 'numberId')
  const order = fields.orderId
  // Above 2^53 a JSON number has lost its last digits on its way; it is then compared as one.
  const isLong = typeof order === 'number' && !Number.isSafeInteger(order)
  return { numberId, orderId: isLong ? order : required(textField(fields, 'orderId'), 'orderId').trim() }
}

/** What a list of received faxes is asked for. @throws Problem `request.invalid` */
export function readListFields(
  fields: Fields,
  { timeZone, ifaxMarkedAs = 'received' }: AccountSettings,
): { readonly query: WholeQuery; readonly markedAs: MarkedAs } {
  const { from, before } = parseListRange(fields, timeZone)
  const markedAs = readMarkedAs(fields.markedAs, ifaxMarkedAs)
  // A client that keeps its cursor in an integer begins with 0.
  const lastJobId = integerField(fields, 'lastFaxId', 'the "jobId" of a row') || undefined
  const query = {
    order: orderField(fields),
    limit: Math.min(integerField(fields, 'limit', 'a count of rows') || ROWS_DEFAULT, ROWS_MAX),
    ...(from && { endedFrom: from }),
    ...(before && { endedBefore: before }),
    ...(markedAs.marks ? { marks: markedAs.marks } : {}),
    ...(lastJobId === undefined ? {} : { lastJobId }),
  }
  return { query, markedAs }
}
