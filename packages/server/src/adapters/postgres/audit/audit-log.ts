import { type SqlBool, sql } from 'kysely'
import type { LoggedEntry } from '../../../domain/audit/audit-leaf.ts'
import type { StoredRun, Subtree } from '../../../domain/audit/audit-tree.ts'
import type {
  AuditKeyRow,
  AuditLeafRow,
  AuditLog,
  AuditPlace,
  AuditTree,
  CheckpointRow,
} from '../../../ports/store/audit-store.ts'
import type { Database } from '../connection/connection.ts'
import { toFields } from '../schema/casing.ts'
import { ENTRY_COLUMNS, type EntryRow, readEntry } from './audit-entry.ts'

/** Any fixed number serves; it must only be the same in every version of Answerback. */
const LOG_LOCK = 7_204_117_002
/** 2^64 - 1 */
const LAST_TRANSACTION = '18446744073709551615'
/** Entries of which the oldest is looked for: those that are to be logged next. */
const WAITING_MAX = 1_000

export class PostgresAuditLog implements AuditLog {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async holdAuditTree(): Promise<AuditTree | undefined> {
    const { rows } = await sql<{ held: boolean }>`
      select pg_try_advisory_xact_lock(${LOG_LOCK}::bigint) as held`.execute(this.#database)
    return rows[0]?.held ? this.readAuditTree() : undefined
  }

  async readAuditTree(): Promise<AuditTree> {
    const row = await this.#database.selectFrom('audit_tree').selectAll().executeTakeFirstOrThrow()
    const settled = { transaction: row.settled_xid, position: row.settled_position }
    return { size: row.size, frontier: row.frontier, settled }
  }

  async oldestWaiting(): Promise<Date | undefined> {
    const { settled } = await this.readAuditTree()
    // The place as a value, and an upper bound: joined with the tree the planner reads the whole audit for it, and in a restored database
    // what came with it has numbers from ahead, and is in the log once the place is not.
    const { rows } = await sql<{ at: Date | null }>`
      select min(at) as at from (
        select entry.at from audit_entry entry
        where (entry.xid, entry.position) > (${settled.transaction}::xid8, ${settled.position}::bigint)
          and entry.xid < case when ${settled.transaction}::xid8 < pg_snapshot_xmax(pg_current_snapshot())
            then pg_snapshot_xmax(pg_current_snapshot()) else ${LAST_TRANSACTION}::xid8 end
          and not exists (select from audit_leaf leaf where leaf.position = entry.position)
        order by entry.xid, entry.position
        limit ${WAITING_MAX}) waiting`.execute(this.#database)
    return rows[0]?.at ?? undefined
  }

  async settledEntries(
    settled: AuditPlace,
    limit: number,
  ): Promise<{ entries: readonly LoggedEntry[]; settled: AuditPlace }> {
    // Asked first: the snapshot of the statement below is younger and so sees the rows of all that had ended by then.
    const { rows: bounds } = await sql<{ oldest: string; is_restored: boolean }>`
      select pg_snapshot_xmin(pg_current_snapshot())::text as oldest,
        pg_snapshot_xmax(pg_current_snapshot()) < ${settled.transaction}::xid8 as is_restored`.execute(
      this.#database,
    )
    const { oldest, is_restored: isRestored } = bounds[0]!
    // Restored from a dump, the database counts transactions anew: rows that came with it have numbers from ahead of it, and all
    // of them are settled. What is a leaf already is passed over either way.
    const from = isRestored ? { transaction: '0', position: 0 } : settled
    const isSettled = isRestored
      ? sql<SqlBool>`(entry.xid < ${oldest}::xid8 or entry.xid >= pg_snapshot_xmax(pg_current_snapshot()))`
      : sql<SqlBool>`entry.xid < ${oldest}::xid8`
    const { rows } = await sql<EntryRow & { xid: string }>`
      select entry.xid::text as xid, ${ENTRY_COLUMNS}
      from audit_entry entry
      where (entry.xid, entry.position) > (${from.transaction}::xid8, ${from.position}::bigint) and ${isSettled}
        and not exists (select from audit_leaf leaf where leaf.position = entry.position)
      order by entry.xid, entry.position
      limit ${limit}`.execute(this.#database)
    const last = rows.at(-1)
    const isDrained = rows.length < limit
    const end = isDrained || !last ? { transaction: oldest, position: 0 } : placeOf(last)
    return { entries: rows.map(readEntry), settled: isRestored && !isDrained ? settled : end }
  }

  async lastLeaves(entries: readonly LoggedEntry[]): Promise<Map<string, number>> {
    const owners = new Set(entries.map(({ accountId, mode }) => `${accountId} ${mode}`))
    const { rows } = await sql<{ owner: string; last: number | null }>`
      select owner, (
        select max(index) from audit_leaf
        where account_id = split_part(owner, ' ', 1) and mode = split_part(owner, ' ', 2)
      ) as last
      from unnest(${[...owners]}::text[]) owner`.execute(this.#database)
    return new Map(rows.flatMap(({ owner, last }) => (last === null ? [] : [[owner, last]])))
  }

  async appendLeaves(
    leaves: readonly AuditLeafRow[],
    subtrees: readonly Subtree[],
    tree: AuditTree,
  ): Promise<void> {
    await sql`
      insert into audit_leaf (index, position, account_id, mode, previous, hash)
      select * from unnest(
        ${leaves.map(({ index }) => index)}::bigint[], ${leaves.map(({ position }) => position)}::bigint[],
        ${leaves.map(({ accountId }) => accountId)}::text[], ${leaves.map(({ mode }) => mode)}::text[],
        ${leaves.map(({ previous }) => previous)}::bigint[], ${leaves.map(({ hash }) => hash)}::bytea[])`.execute(
      this.#database,
    )
    await sql`
      insert into audit_subtree (level, index, hash)
      select * from unnest(
        ${subtrees.map(({ level }) => level)}::smallint[], ${subtrees.map(({ index }) => index)}::bigint[],
        ${subtrees.map(({ hash }) => hash)}::bytea[])`.execute(this.#database)
    const { size, frontier, settled } = tree
    await sql`
      update audit_tree set size = ${size}, frontier = ${[...frontier]}::bytea[],
        settled_xid = ${settled.transaction}::xid8, settled_position = ${settled.position}`.execute(
      this.#database,
    )
  }

  async leaves(from: number, to: number): Promise<AuditLeafRow[]> {
    const rows = await this.#database
      .selectFrom('audit_leaf')
      .selectAll()
      .where('index', '>=', from)
      .where('index', '<', to)
      .orderBy('index')
      .execute()
    return rows.map((row) => toFields(row))
  }

  async entriesAt(positions: readonly number[]): Promise<LoggedEntry[]> {
    const { rows } = await sql<EntryRow>`
      select ${ENTRY_COLUMNS} from audit_entry entry where position = any(${[...positions]}::bigint[])`.execute(
      this.#database,
    )
    return rows.map(readEntry)
  }

  async leafAt(position: number): Promise<AuditLeafRow | undefined> {
    const row = await this.#database
      .selectFrom('audit_leaf')
      .selectAll()
      .where('position', '=', position)
      .executeTakeFirst()
    return row && toFields(row)
  }

  async readRuns(runs: readonly StoredRun[]): Promise<Buffer[][]> {
    return Promise.all(runs.map((run) => this.#readRun(run)))
  }

  async #readRun({ level, from, to }: StoredRun): Promise<Buffer[]> {
    const nodes = level === 0 ? sql`audit_leaf where` : sql`audit_subtree where level = ${level} and`
    const { rows } = await sql<{ hash: Buffer }>`
      select hash from ${nodes} index >= ${from} and index < ${to} order by index`.execute(this.#database)
    return rows.map(({ hash }) => hash)
  }

  async auditKey(): Promise<AuditKeyRow | undefined> {
    const row = await this.#database
      .selectFrom('audit_key')
      .select(['public_key', 'private_wrapped', 'created_at'])
      .executeTakeFirst()
    return row && toFields(row)
  }

  async keepAuditKey({ publicKey, privateWrapped, createdAt }: AuditKeyRow): Promise<AuditKeyRow> {
    await this.#database
      .insertInto('audit_key')
      .values({ public_key: publicKey, private_wrapped: privateWrapped, created_at: createdAt })
      .onConflict((on) => on.doNothing())
      .execute()
    return (await this.auditKey())!
  }

  async latestCheckpoint(): Promise<CheckpointRow | undefined> {
    const row = await this.#database
      .selectFrom('audit_checkpoint')
      .selectAll()
      .orderBy('size', 'desc')
      .limit(1)
      .executeTakeFirst()
    return row && toFields(row)
  }

  async addCheckpoint({ size, root, note, madeAt }: CheckpointRow): Promise<void> {
    await this.#database
      .insertInto('audit_checkpoint')
      .values({ size, root, note, made_at: madeAt })
      .execute()
  }

  async checkpointsAfter(size: number, limit: number): Promise<CheckpointRow[]> {
    const rows = await this.#database
      .selectFrom('audit_checkpoint')
      .selectAll()
      .where('size', '>', size)
      .orderBy('size')
      .limit(limit)
      .execute()
    return rows.map((row) => toFields(row))
  }
}

function placeOf({ xid, position }: { readonly xid: string; readonly position: number }): AuditPlace {
  return { transaction: xid, position }
}
