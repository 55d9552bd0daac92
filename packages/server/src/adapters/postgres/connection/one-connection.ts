import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  DummyDriver,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from 'kysely'
import type pg from 'pg'

export type RunQuery = (text: string, values?: readonly unknown[]) => Promise<pg.QueryResult>

/**
 * Kysely over one connection that somebody else holds. Kysely's own way lets one query begin only when the one before it was
 * answered; here each is handed to the connection at once. Transactions are begun and ended by the holder.
 */
export function oneConnectionDialect(run: RunQuery): Dialect {
  return {
    createDriver: () => new OneConnectionDriver(run),
    createQueryCompiler: () => new PostgresQueryCompiler(),
    createAdapter: () => new PostgresAdapter(),
    createIntrospector: (database) => new PostgresIntrospector(database),
  }
}

class OneConnectionDriver extends DummyDriver {
  readonly #connection: DatabaseConnection

  constructor(run: RunQuery) {
    super()
    this.#connection = new HeldConnection(run)
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection
  }

  override async beginTransaction(): Promise<void> {
    throw new Error('The store begins transactions.')
  }
}

class HeldConnection implements DatabaseConnection {
  readonly #run: RunQuery

  constructor(run: RunQuery) {
    this.#run = run
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const { command, rowCount, rows } = await this.#run(query.sql, query.parameters)
    const changes = command === 'INSERT' || command === 'UPDATE' || command === 'DELETE'
    return changes ? { rows, numAffectedRows: BigInt(rowCount ?? 0) } : { rows }
  }

  // biome-ignore lint/correctness/useYield: rows are never streamed; the interface wants a generator.
  async *streamQuery(): AsyncGenerator<never> {
    throw new Error('Rows are not streamed.')
  }
}
