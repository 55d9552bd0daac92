import { sql } from 'kysely'
import type { ReceivedFaxRow, WholeListFilter } from '../../../ports/store/received-store.ts'
import type { Database } from '../connection/connection.ts'
import { RECEIVED_COLUMNS, readReceived } from './received-row.ts'

export async function listWhole(database: Database, filter: WholeListFilter): Promise<ReceivedFaxRow[]> {
  const { numberId, marks, endedFrom, endedBefore, after } = filter
  const oldestFirst = filter.order === 'oldest'
  const direction = oldestFirst ? 'asc' : 'desc'
  let query = database
    .selectFrom('received_fax')
    .select(RECEIVED_COLUMNS)
    .where('ended_at', 'is not', null)
    .where('page_count', '>', 0)
    .orderBy('ended_at', direction)
    .orderBy('id', direction)
    .limit(filter.limit)
  if (numberId !== undefined) query = query.where('number_id', '=', numberId)
  if (marks) query = query.where('mark', 'in', marks)
  if (endedFrom) query = query.where('ended_at', '>=', endedFrom)
  if (endedBefore) query = query.where('ended_at', '<', endedBefore)
  if (after) {
    query = query.where(
      oldestFirst
        ? sql<boolean>`(ended_at, id) > (${after.endedAt}, ${after.id})`
        : sql<boolean>`(ended_at, id) < (${after.endedAt}, ${after.id})`,
    )
  }
  if (oldestFirst && (await isReceiving(database))) query = query.where('ended_at', '<', filter.settledBefore)
  return (await query.execute()).map(readReceived)
}

/** Before the list is read: what ends between the two queries is later than anything the list then has. */
async function isReceiving(database: Database): Promise<boolean> {
  const row = await database
    .selectFrom('received_fax')
    .select('id')
    .where('lease_until', 'is not', null)
    .where('status', '=', 'receiving')
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}
