import { sql } from 'kysely'
import type { ReceivedFaxRow, ReceivedListFilter } from '../../ports/received-store.ts'
import type { Database } from './connection.ts'
import { RECEIVED_COLUMNS, readReceived } from './received-row.ts'

export async function listReceived(
  database: Database,
  filter: ReceivedListFilter,
): Promise<ReceivedFaxRow[]> {
  const after = filter.afterId === undefined ? undefined : await cursorRow(database, filter.afterId)
  if (after === null) return []
  const oldestFirst = filter.order === 'oldest'
  const direction = oldestFirst ? 'asc' : 'desc'
  let query = matching(database, filter).limit(filter.limit)
  if (isByTime(filter)) {
    query = query.orderBy('started_at', direction).orderBy('id', direction)
    if (after) {
      const { started_at, id } = after
      query = query.where(
        oldestFirst
          ? sql<boolean>`(started_at, id) > (${started_at}, ${id})`
          : sql<boolean>`(started_at, id) < (${started_at}, ${id})`,
      )
    }
  } else {
    query = query.orderBy('id', direction)
    if (after) query = query.where('id', oldestFirst ? '>' : '<', after.id)
  }
  return (await query.execute()).map(readReceived)
}

/** A range of time is walked along the times, not along the ids of everything that is newer. */
function isByTime({ startedFrom, startedBefore }: ReceivedListFilter): boolean {
  return startedFrom !== undefined || startedBefore !== undefined
}

/** `null`: the account has no such fax. */
async function cursorRow(database: Database, id: string) {
  const row = await database
    .selectFrom('received_fax')
    .select(['id', 'started_at'])
    .where('id', '=', id)
    .executeTakeFirst()
  return row ?? null
}

function matching(database: Database, filter: ReceivedListFilter) {
  let query = database.selectFrom('received_fax').select(RECEIVED_COLUMNS)
  const { statuses, marks, assignee } = filter
  if (statuses) query = query.where('status', 'in', statuses)
  if (filter.toHash) query = query.where('to_hash', '=', filter.toHash)
  if (filter.fromHash) query = query.where('from_hash', '=', filter.fromHash)
  if (filter.numberId !== undefined) query = query.where('number_id', '=', filter.numberId)
  if (filter.mailboxId !== undefined) query = query.where('mailbox_id', '=', filter.mailboxId)
  if (assignee === null) query = query.where('assignee', 'is', null)
  else if (assignee !== undefined) query = query.where('assignee', '=', assignee)
  if (marks) query = query.where('mark', 'in', marks)
  if (filter.priority) query = query.where('priority', '=', filter.priority)
  if (filter.dueBefore) query = query.where('due_at', '<', filter.dueBefore)
  if (filter.isReply !== undefined) query = query.where('reply_to', filter.isReply ? 'is not' : 'is', null)
  if (filter.isDuplicate !== undefined)
    query = query.where('duplicate_of', filter.isDuplicate ? 'is not' : 'is', null)
  if (filter.startedFrom) query = query.where('started_at', '>=', filter.startedFrom)
  if (filter.startedBefore) query = query.where('started_at', '<', filter.startedBefore)
  return query
}
