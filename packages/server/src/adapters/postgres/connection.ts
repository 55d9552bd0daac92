import { type CompiledQuery, Kysely, PostgresDialect, CompiledQuery as Query } from 'kysely'
import pg from 'pg'
import type { Tx } from '../../ports/store.ts'
import type { Tables } from './tables.ts'

const INT8_OID = 20

/** bigint columns hold counters and ids below 2^53 (the schema's sequences never come near), so they are numbers here. */
const types = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (oid === INT8_OID && format !== 'binary') return Number
    return pg.types.getTypeParser(oid, format as 'text')
  },
} as pg.CustomTypesConfig

export type Database = Kysely<Tables>

export interface PostgresPool {
  readonly database: Database
  close(): Promise<void>
}

/** The product's statements are a few hundred texts; anything beyond is made per call and not worth keeping. */
const PREPARED_MAX = 500
const statementNames = new Map<string, string>()

/** The name under which every connection prepares a text; the same text has the same name in all of them. */
function statementName(text: string): string | undefined {
  let name = statementNames.get(text)
  if (name === undefined && statementNames.size < PREPARED_MAX) {
    name = `s${statementNames.size}`
    statementNames.set(text, name)
  }
  return name
}

/**
 * Prepares each parametrised statement once a connection: PostgreSQL parses and plans it once, not on every call. Only kysely's
 * form, text and values, is changed; pg's overloads cannot be restated in types.
 */
class PreparingClient extends pg.Client {}
PreparingClient.prototype.query = function query(this: pg.Client, ...given: unknown[]): unknown {
  const [text, values, ...rest] = given
  const prepared =
    typeof text === 'string' && Array.isArray(values) && values.length > 0
      ? [{ text, values, name: statementName(text) }, ...rest]
      : given
  return (pg.Client.prototype.query as (...args: unknown[]) => unknown).apply(this, prepared)
} as typeof pg.Client.prototype.query

/** One pool a process. `config` comes from `openDatabase`, and names the role the server runs as. */
export function createPool(config: pg.PoolConfig, onIdleError: (error: Error) => void): PostgresPool {
  const pool = new pg.Pool({ ...config, types, Client: PreparingClient } as pg.PoolConfig)
  pool.on('error', onIdleError)
  const database = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
  return { database, close: () => database.destroy() }
}

const connections = new WeakMap<object, Database>()

/** Remembers which connection stands behind a transaction, for adapters that must write in the same one. */
export function bindConnection(tx: Tx, connection: Database): void {
  connections.set(tx, connection)
}

/** Runs SQL of another adapter (the queue's) within `tx`. */
export async function executeWithin(
  tx: Tx,
  text: string,
  values: readonly unknown[] = [],
): Promise<{ rows: Record<string, unknown>[] }> {
  const connection = connections.get(tx)
  if (!connection) throw new Error('This transaction was not opened by the PostgreSQL store.')
  const query: CompiledQuery<Record<string, unknown>> = Query.raw(text, [...values])
  return connection.executeQuery(query)
}
