import type { FaxListFilter } from '../../../ports/store/fax-store.ts'
import type { Database } from '../connection/connection.ts'

/** The faxes a filter means, in its order and as many as it asks for; what is selected of them is the caller's. */
export function listFaxes(database: Database, filter: FaxListFilter) {
  const oldestFirst = filter.order === 'oldest'
  let query = database
    .selectFrom('fax')
    .orderBy('id', oldestFirst ? 'asc' : 'desc')
    .limit(filter.limit)
  if (filter.statuses) query = query.where('status', 'in', filter.statuses)
  if (filter.hasArrived) {
    query = query.where((on) => on.or([on('pages_confirmed', '>', 0), on('status', '=', 'outcome_unknown')]))
  }
  if (filter.toHash) query = query.where('to_hash', '=', filter.toHash)
  if (filter.patientHash) query = query.where('patient_hash', '=', filter.patientHash)
  const { purposes } = filter
  if (purposes && 'only' in purposes) query = query.where('purpose', 'in', purposes.only)
  else if (purposes) {
    query = query.where((on) => on.or([on('purpose', 'is', null), on('purpose', 'not in', purposes.except)]))
  }
  if (filter.held) query = query.where('hold_reason', 'is not', null)
  if (filter.tag !== undefined) {
    const tagged = database.selectFrom('fax_tag').select('fax_id').where('tag', '=', filter.tag)
    query = query.where('id', 'in', tagged)
  }
  if (filter.createdAfter) query = query.where('created_at', '>=', filter.createdAfter)
  if (filter.createdBefore) query = query.where('created_at', '<', filter.createdBefore)
  if (filter.afterId) query = query.where('id', oldestFirst ? '>' : '<', filter.afterId)
  return query
}
