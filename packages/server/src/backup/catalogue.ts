import type pg from 'pg'
import type { Manifest } from './manifest.ts'

/** A table of ours, and the columns that hold what cannot be worked out anew. */
export interface Table {
  readonly name: string
  readonly columns: readonly string[]
}

/** Travels in the manifest, not as a table: a restore applies the migrations themselves. */
export const MIGRATIONS_TABLE = 'schema_migration'

/** Tables of the installation by name; queues, which are only hints, lie in a schema of their own. */
export async function readTables(client: pg.ClientBase): Promise<Table[]> {
  const { rows } = await client.query<{ name: string; columns: string[] }>(
    `select class.relname as name, array(
       select attname::text from pg_attribute
       where attrelid = class.oid and attnum > 0 and not attisdropped and attgenerated = '' order by attnum) as columns
     from pg_class class
     where class.relnamespace = current_schema()::regnamespace and class.relkind = 'r' and class.relname <> $1
     order by class.relname`,
    [MIGRATIONS_TABLE],
  )
  return rows
}

export async function readSchema(client: pg.ClientBase): Promise<Manifest['schema']> {
  const { rows: found } = await client.query('select to_regclass($1) is not null as there', [
    MIGRATIONS_TABLE,
  ])
  if (found[0]?.there !== true) return []
  const { rows } = await client.query(
    `select number, name, checksum from ${MIGRATIONS_TABLE} order by number`,
  )
  return rows
}

/** Those that gave a number; read after the rows, they are at least as far on as these. */
export async function readSequences(client: pg.ClientBase): Promise<Manifest['sequences']> {
  const { rows } = await client.query<{ name: string; last: string }>(
    `select sequencename as name, last_value::text as last from pg_sequences
     where schemaname = current_schema() and last_value is not null order by sequencename`,
  )
  return rows
}

export interface ForeignKey {
  readonly table: string
  readonly name: string
  readonly definition: string
}

export async function readForeignKeys(client: pg.ClientBase): Promise<ForeignKey[]> {
  const { rows } = await client.query<ForeignKey>(
    `select conrelid::regclass::text as table, quote_ident(conname) as name, pg_get_constraintdef(oid) as definition
     from pg_constraint where contype = 'f' and connamespace = current_schema()::regnamespace order by 1, 2`,
  )
  return rows
}

export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** A table with its columns as COPY takes them. */
export function copyTarget({ name, columns }: Table): string {
  return `${quoted(name)} (${columns.map(quoted).join(', ')})`
}
