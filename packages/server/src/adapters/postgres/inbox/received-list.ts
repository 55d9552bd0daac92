import { sql } from 'kysely'
import type { ReceivedFaxRow, ReceivedListFilter } from '../../../ports/store/received-store.ts'
import type { Database } from '../connection/connection.ts'
import { RECEIVED_COLUMNS, readReceived } from './received-row.ts'

/** The last row of the page before. */
interface Cursor {
  readonly id: string
  readonly startedAt: Date
}

export async function listReceived(
  database: Database,
  filter: ReceivedListFilter,
): Promise<ReceivedFaxRow[]> {
  const after = filter.afterId === undefined ? undefined : await readCursor(database, filter.afterId)
  if (after === null) return []
  // Which index serves depends on how common the values are: a plan made for all values at once walks a million rows for some.
  // Memory for the hits of a common word, without which PostgreSQL forgets which rows of a page they were and looks at all of them.
  await sql`select set_config('plan_cache_mode', 'force_custom_plan', true), set_config('work_mem', '32MB', true)`.execute(
    database,
  )
  if (filter.words) return searchReceived(database, filter, filter.words, after)
  return (await ordered(database, filter, after).select(RECEIVED_COLUMNS).execute()).map(readReceived)
}

/** `null`: the account has no such fax. */
async function readCursor(database: Database, id: string): Promise<Cursor | null> {
  const row = await database
    .selectFrom('received_fax')
    .select(['id', 'started_at as startedAt'])
    .where('id', '=', id)
    .executeTakeFirst()
  return row ?? null
}

/** Rows of a window of the newest that are looked through one by one. */
const WINDOW = 2000

/**
 * Two ways, because neither does for all words. A word that is common stands on some of the newest faxes: walking them finds a page of
 * hits at once, while the index would hand out a million. One that is not is looked up in the index, which has few hits then.
 */
async function searchReceived(
  database: Database,
  filter: ReceivedListFilter,
  words: readonly number[],
  after: Cursor | undefined,
): Promise<ReceivedFaxRow[]> {
  const inWindow = await searchWindow(database, filter, words, after)
  if (inWindow.length >= filter.limit) return inWindow
  if (await endsInWindow(database, filter, after)) return inWindow
  return searchIndex(database, filter, words, after)
}

async function searchWindow(
  database: Database,
  filter: ReceivedListFilter,
  words: readonly number[],
  after: Cursor | undefined,
): Promise<ReceivedFaxRow[]> {
  const newest = ordered(database, { ...filter, limit: WINDOW }, after).select(RECEIVED_COLUMNS)
  // `offset 0` keeps the look-up one by primary key, whatever the planner thinks of the words.
  const rows = await database
    .selectFrom(newest.as('newest'))
    .selectAll('newest')
    .innerJoinLateral(
      (on) =>
        on
          .selectFrom('received_words')
          .select('words')
          .whereRef('received_fax_id', '=', 'newest.id')
          .offset(0)
          .as('found'),
      (join) => join.onTrue(),
    )
    .where(sql<boolean>`found.words @> ${words}::integer[]`)
    .orderBy(isByTime(filter) ? 'newest.started_at' : 'newest.id', directionOf(filter))
    .orderBy('newest.id', directionOf(filter))
    .limit(filter.limit)
    .execute()
  return rows.map(readReceived)
}

/** Whether nothing lies beyond the window. */
async function endsInWindow(
  database: Database,
  filter: ReceivedListFilter,
  after: Cursor | undefined,
): Promise<boolean> {
  const { count } = await database
    .selectFrom(
      ordered(database, { ...filter, limit: WINDOW }, after)
        .select('id')
        .as('newest'),
    )
    .select((on) => on.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return count < WINDOW
}

/** Hits that are looked at first: enough for a page unless other filters let through less than one in forty. */
const HITS_AT_FIRST = 1000

/**
 * Each step is fenced off from the planner, which knows little about words: the hits from the index, in the order of the list, and then
 * one look-up a hit until the page is full. Left to itself it walks a million faxes for a word that stands on ten.
 */
async function searchIndex(
  database: Database,
  filter: ReceivedListFilter,
  words: readonly number[],
  after: Cursor | undefined,
): Promise<ReceivedFaxRow[]> {
  // In the order of the calls the first hits by id need not be the first.
  const limits = isByTime(filter) ? [undefined] : [HITS_AT_FIRST, undefined]
  let rows: ReceivedFaxRow[] = []
  for (const limit of limits) {
    rows = await lookUp(database, filter, after, hitsOf(database, filter, words, after, limit))
    if (rows.length >= filter.limit) break
  }
  return rows
}

/** Ids of faxes with the words, in the order of the list. Compared as bytes, which keeps the planner from walking the ids for them. */
function hitsOf(
  database: Database,
  filter: ReceivedListFilter,
  words: readonly number[],
  after: Cursor | undefined,
  limit: number | undefined,
) {
  const hits = database
    .selectFrom('received_words')
    .select('received_fax_id as id')
    .where(sql<boolean>`words @> ${words}::integer[]`)
    .orderBy(sql`received_fax_id collate "C"`, directionOf(filter))
  const ahead = after && !isByTime(filter) ? hits.where(isBeyond('received_fax_id', filter, after)) : hits
  return limit === undefined ? ahead.offset(0) : ahead.limit(limit)
}

async function lookUp(
  database: Database,
  filter: ReceivedListFilter,
  after: Cursor | undefined,
  hits: ReturnType<typeof hitsOf>,
): Promise<ReceivedFaxRow[]> {
  const direction = directionOf(filter)
  const rows = await database
    .selectFrom(hits.as('hit'))
    .innerJoinLateral(
      () =>
        pageOf(database, filter, after)
          .select(RECEIVED_COLUMNS)
          .where(sql<boolean>`received_fax.id = hit.id`)
          .offset(0)
          .as('found'),
      (join) => join.onTrue(),
    )
    .selectAll('found')
    .$if(isByTime(filter), (query) => query.orderBy('found.started_at', direction))
    .orderBy(sql`hit.id collate "C"`, direction)
    .limit(filter.limit)
    .execute()
  return rows.map(readReceived)
}

/** The rows of a page, in their order; what is selected of them is the caller's. */
function ordered(database: Database, filter: ReceivedListFilter, after: Cursor | undefined) {
  const direction = directionOf(filter)
  const page = pageOf(database, filter, after).limit(filter.limit)
  return isByTime(filter)
    ? page.orderBy('started_at', direction).orderBy('id', direction)
    : page.orderBy('id', direction)
}

/** What matches and lies beyond the cursor. */
function pageOf(database: Database, filter: ReceivedListFilter, after: Cursor | undefined) {
  const query = matching(database, filter)
  return after ? query.where(isBeyond('id', filter, after)) : query
}

function isBeyond(idColumn: string, filter: ReceivedListFilter, { id, startedAt }: Cursor) {
  const beyond = sql.raw(directionOf(filter) === 'asc' ? '>' : '<')
  const column = sql.ref(idColumn)
  return isByTime(filter)
    ? sql<boolean>`(started_at, ${column}) ${beyond} (${startedAt}, ${id})`
    : sql<boolean>`${column} ${beyond} ${id}`
}

function directionOf({ order }: ReceivedListFilter): 'asc' | 'desc' {
  return order === 'oldest' ? 'asc' : 'desc'
}

/** A range of time is walked along the times, not along the ids of everything that is newer. */
function isByTime({ startedFrom, startedBefore }: ReceivedListFilter): boolean {
  return startedFrom !== undefined || startedBefore !== undefined
}

function matching(database: Database, filter: ReceivedListFilter) {
  let query = database.selectFrom('received_fax')
  const { statuses, marks, assignee, isReply, isDuplicate } = filter
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
  if (isReply !== undefined) query = query.where('reply_to', isReply ? 'is not' : 'is', null)
  if (isDuplicate !== undefined) query = query.where('duplicate_of', isDuplicate ? 'is not' : 'is', null)
  if (filter.startedFrom) query = query.where('started_at', '>=', filter.startedFrom)
  if (filter.startedBefore) query = query.where('started_at', '<', filter.startedBefore)
  return query
}
