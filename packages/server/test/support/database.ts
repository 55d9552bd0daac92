import { migrate } from '../../src/adapters/database/migrate.ts'
import {
  createDatabase,
  dropDatabase,
  findExternalServer,
  MIGRATIONS,
  newDatabaseName,
  SERVER_VARIABLE,
  startScratchServer,
  type TestDatabaseFaces,
  type TestServer,
} from './test-server.ts'

/**
 * A database of the calling test file's own, gone when the file's tests have ended:
 *
 *     const database = await testDatabase()
 *     const pool = new pg.Pool(database.app)
 *     after(() => pool.end())
 *
 * `./test` brings one server for all files. A file run by hand starts its own scratch PostgreSQL, or uses the
 * external one when `ANSWERBACK_TEST_DATABASE=external`.
 * @param options.migrated default true; false gives an empty database
 */
export async function testDatabase(options: { migrated?: boolean } = {}): Promise<TestDatabaseFaces> {
  const migrated = options.migrated ?? true
  const found = await server()
  const { template, ...bare } = found
  const name = newDatabaseName()
  const database = await createDatabase(migrated ? found : bare, name)
  if (migrated && template === undefined) await migrate(database, MIGRATIONS)
  // Not in an `after` hook: hooks run in the order they were made, and the file's own, which end its pools,
  // are made after this one.
  atEnd.push(() => dropDatabase(found, name))
  return database
}

const atEnd: (() => Promise<void>)[] = []
process.once('beforeExit', async () => {
  for (const work of atEnd.reverse()) await work()
})

let own: Promise<TestServer> | undefined

function server(): Promise<TestServer> {
  own ??= findServer()
  return own
}

async function findServer(): Promise<TestServer> {
  const given = process.env[SERVER_VARIABLE]
  if (given !== undefined) return JSON.parse(given)
  if (process.env.ANSWERBACK_TEST_DATABASE === 'external') return findExternalServer()
  const scratch = await startScratchServer()
  atEnd.push(() => scratch.close())
  return scratch.server
}
