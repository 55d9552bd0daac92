import type { Writable } from 'node:stream'
import { Kysely } from 'kysely'
import pg from 'pg'
import type { Tx } from '../../../ports/store/store.ts'
import type { Tables } from '../schema/tables.ts'
import { oneConnectionDialect, type RunQuery } from './one-connection.ts'

const INT8_OID = 20

/** bigint columns hold counters and ids below 2^53 (the schema's sequences never come near), so they are numbers here. */
const types = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (oid === INT8_OID && format !== 'binary') return Number
    return pg.types.getTypeParser(oid, format as 'text')
  },
} as pg.CustomTypesConfig

export type Database = Kysely<Tables>

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
 *
 * What is asked for in one turn of the event loop leaves in one write: with `pipeline` on, a statement need not wait for the
 * answer to the one before it, and statements that are sent together cost one round trip.
 */
class PreparingClient extends pg.Client {}
PreparingClient.prototype.query = function query(this: pg.Client, ...given: unknown[]): unknown {
  const { stream } = (this as unknown as { connection: { stream: Writable } }).connection
  if (stream.writableCorked === 0) {
    stream.cork()
    process.nextTick(() => stream.uncork())
  }
  const [text, values, ...rest] = given
  const prepared =
    typeof text === 'string' && Array.isArray(values) && values.length > 0
      ? [{ text, values, name: statementName(text) }, ...rest]
      : given
  return (pg.Client.prototype.query as (...args: unknown[]) => unknown).apply(this, prepared)
} as typeof pg.Client.prototype.query

export interface PostgresPool {
  /** Everything `work` does on one connection, which is nobody else's meanwhile. */
  withConnection<T>(work: (connection: Connection) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/**
 * One connection. Queries asked for at the same time are all sent at once and answered in their order; when one of a transaction
 * fails, PostgreSQL refuses those behind it.
 */
export interface Connection {
  readonly database: Database
  readonly run: RunQuery
}

/** One pool a process. `config` comes from `openDatabase`, and names the role the server runs as. */
export function createPool(config: pg.PoolConfig, onIdleError: (error: Error) => void): PostgresPool {
  const pool = new pg.Pool({ ...config, types, pipeline: true, Client: PreparingClient } as pg.PoolConfig)
  // An idle connection that PostgreSQL ends while we end it is no news.
  pool.on('error', (error) => {
    if (!pool.ending) onIdleError(error)
  })
  const connections = new WeakMap<pg.PoolClient, Connection>()
  return {
    async withConnection(work) {
      const client = await pool.connect()
      let connection = connections.get(client)
      if (connection === undefined) {
        connection = connectionOf(client)
        connections.set(client, connection)
      }
      try {
        return await work(connection)
      } finally {
        client.release()
      }
    },
    close: () => pool.end(),
  }
}

function connectionOf(client: pg.PoolClient): Connection {
  const run: RunQuery = (text, values) => client.query(text, values as unknown[])
  return { database: new Kysely<Tables>({ dialect: oneConnectionDialect(run) }), run }
}

const connectionOfTx = new WeakMap<object, Connection>()

/** Remembers which connection stands behind a transaction, for adapters that must write in the same one. */
export function bindConnection(tx: Tx, connection: Connection): void {
  connectionOfTx.set(tx, connection)
}

/** Runs SQL of another adapter (the queue's) within `tx`. */
export async function executeWithin(
  tx: Tx,
  text: string,
  values: readonly unknown[] = [],
): Promise<{ rows: Record<string, unknown>[] }> {
  const connection = connectionOfTx.get(tx)
  if (!connection) throw new Error('This transaction was not opened by the PostgreSQL store.')
  return connection.run(text, values)
}
