import type pg from 'pg'
import { migrate } from '../adapters/database/migrate.ts'
import type { OpenDatabase } from '../adapters/database/open.ts'
import { withClient } from '../adapters/database/server.ts'
import { BackupError } from './backup-error.ts'
import {
  copyTarget,
  type ForeignKey,
  MIGRATIONS_TABLE,
  quoted,
  readForeignKeys,
  readSchema,
  readTables,
  type Table,
} from './catalogue.ts'
import { copyIn } from './copy.ts'
import type { Manifest } from './manifest.ts'

/** Rows that migrations themselves write, and that an empty installation has. */
const SEEDED = ['audit_tree']

/**
 * Makes the schema of the backup in a database that holds nothing.
 * @param migrations folder of this version's migrations
 * @throws BackupError `not_empty`, `schema_differs`; DatabaseError `schema_newer`
 */
export async function prepareSchema(
  database: Pick<OpenDatabase, 'kind' | 'owner'>,
  migrations: string,
  wanted: Manifest['schema'],
): Promise<void> {
  await withClient(database.owner, async (client) => {
    await assertEmpty(client)
    await clear(client)
  })
  await migrate(database, migrations, { upTo: wanted.at(-1)!.number })
  const made = await withClient(database.owner, readSchema)
  const differs = made.some(({ checksum }, at) => checksum !== wanted[at]?.checksum)
  if (differs || made.length !== wanted.length) {
    const sentence =
      'The backup has a schema that was never released: use the version of Answerback that made it.'
    throw new BackupError('schema_differs', sentence)
  }
}

/** @throws BackupError `not_empty` */
async function assertEmpty(client: pg.ClientBase): Promise<void> {
  for (const { name } of await readTables(client)) {
    if (SEEDED.includes(name)) continue
    const { rows } = await client.query(`select 1 from ${quoted(name)} limit 1`)
    if (rows.length > 0) {
      const sentence =
        'The database holds an installation already: restore into an empty one (ANSWERBACK_DATA, DATABASE_URL).'
      throw new BackupError('not_empty', sentence)
    }
  }
}

/** What an earlier start, or a restore that was broken off, made: tables without rows, perhaps of another version. */
async function clear(client: pg.ClientBase): Promise<void> {
  const names = (await readTables(client)).map(({ name }) => name)
  if (names.length === 0) return
  await client.query('begin')
  await client.query(`drop table ${[...names, MIGRATIONS_TABLE].map(quoted).join(', ')} cascade`)
  const { rows } = await client.query<{ drop: string }>(
    `select format('drop %s %s', case prokind when 'p' then 'procedure' else 'function' end, oid::regprocedure) as drop
       from pg_proc where pronamespace = current_schema()::regnamespace
         and not exists (select from pg_depend where objid = pg_proc.oid and deptype = 'e')
     union all select format('drop sequence %s', oid::regclass) from pg_class
       where relnamespace = current_schema()::regnamespace and relkind = 'S'`,
  )
  for (const { drop } of rows) await client.query(drop)
  await client.query('commit')
}

/** One transaction that fills the tables. What is thrown within rolls it back. */
export class DatabaseLoad {
  readonly #client: pg.Client
  readonly #tables: ReadonlyMap<string, Table>
  readonly #foreignKeys: readonly ForeignKey[]

  private constructor(client: pg.Client, tables: readonly Table[], foreignKeys: readonly ForeignKey[]) {
    this.#client = client
    this.#tables = new Map(tables.map((table) => [table.name, table]))
    this.#foreignKeys = foreignKeys
  }

  /** Foreign keys go and come back in the end, which checks them all at once, in whatever order the tables come; triggers are quiet meanwhile. */
  static async begin(client: pg.Client): Promise<DatabaseLoad> {
    await client.query('begin')
    await client.query('set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0')
    const tables = await readTables(client)
    const foreignKeys = await readForeignKeys(client)
    for (const { table, name } of foreignKeys) {
      await client.query(`alter table ${table} drop constraint ${name}`)
    }
    // What a trigger wrote comes as rows of its own.
    for (const { name } of tables) await client.query(`alter table ${quoted(name)} disable trigger user`)
    for (const name of SEEDED) await client.query(`delete from ${quoted(name)}`)
    return new DatabaseLoad(client, tables, foreignKeys)
  }

  /** @throws BackupError `schema_differs` */
  async table(name: string, columns: readonly string[], bytes: AsyncIterable<Uint8Array>): Promise<void> {
    const known = new Set(this.#tables.get(name)?.columns)
    if (columns.length !== known.size || !columns.every((column) => known.has(column))) {
      throw new BackupError(
        'schema_differs',
        'A table of the backup has other columns than the schema it names.',
      )
    }
    await copyIn(this.#client, `copy ${copyTarget({ name, columns })} from stdin`, bytes)
  }

  async finish(sequences: Manifest['sequences']): Promise<void> {
    for (const { name, last } of sequences) {
      await this.#client.query('select setval($1::regclass, $2::bigint)', [quoted(name), last])
    }
    for (const name of this.#tables.keys()) {
      await this.#client.query(`alter table ${quoted(name)} enable trigger user`)
    }
    for (const { table, name, definition } of this.#foreignKeys) {
      await this.#client.query(`alter table ${table} add constraint ${name} ${definition}`)
    }
  }
}
