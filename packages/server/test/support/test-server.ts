import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type pg from 'pg'
import { APP_ROLE } from '../../src/adapters/database/app-role.ts'
import { migrate } from '../../src/adapters/database/migrate.ts'
import { type OpenDatabase, openDatabase } from '../../src/adapters/database/open.ts'
import { asRole, withClient } from '../../src/adapters/database/server.ts'

/** A PostgreSQL on which test databases are made. It travels to the test files as JSON in `SERVER_VARIABLE`. */
export interface TestServer {
  readonly kind: OpenDatabase['kind']
  /** Of a database that tests never touch: `create database` is said there. */
  readonly maintenance: pg.ClientConfig
  /** A migrated database to copy; without it every test database is migrated by itself. */
  readonly template?: string
}

/** The two faces of one database, as `openDatabase` gives them. */
export type TestDatabaseFaces = Pick<OpenDatabase, 'kind' | 'owner' | 'app'>

export const SERVER_VARIABLE = 'ANSWERBACK_TEST_SERVER'
export const MIGRATIONS = join(import.meta.dirname, '../../src/adapters/postgres/migrations')
const NAME_PREFIX = 'answerback_test_'

/** Address of the PostgreSQL that tests may use beside our own. */
export function externalUrl(): string {
  return process.env.TEST_DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres'
}

/** Our own PostgreSQL in a throw-away folder, without fsync. */
export async function startScratchServer(): Promise<{ server: TestServer; close(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'answerback-test-'))
  const database = await openDatabase({ dataFolder: folder, durability: 'none' })
  const close = async () => {
    await database.close()
    rmSync(folder, { recursive: true, force: true })
  }
  return { server: { kind: 'embedded', maintenance: database.owner }, close }
}

/** The external PostgreSQL; rejects when there is none. */
export async function findExternalServer(): Promise<TestServer> {
  const database = await openDatabase({ url: externalUrl(), dataFolder: '' })
  return { kind: 'external', maintenance: database.owner }
}

/** A name no other run uses, telling its age: a killed run's databases are known by it. */
export function newDatabaseName(): string {
  return `${NAME_PREFIX}${Math.floor(Date.now() / 1000)}_${process.pid}_${Math.random().toString(36).slice(2, 8)}`
}

export async function createDatabase(server: TestServer, name: string): Promise<TestDatabaseFaces> {
  const copy =
    server.template === undefined
      ? ''
      : ` template ${server.template} strategy ${server.kind === 'embedded' ? 'file_copy' : 'wal_log'}`
  await withClient(server.maintenance, (client) => client.query(`create database ${name}${copy}`))
  return faces(server, name)
}

export async function dropDatabase(server: TestServer, name: string): Promise<void> {
  await withClient(server.maintenance, (client) =>
    client.query(`drop database if exists ${name} with (force)`),
  )
}

/** Makes the migrated database that test files copy. */
export async function createTemplate(server: TestServer): Promise<TestServer> {
  const template = newDatabaseName()
  await migrate(await createDatabase(server, template), MIGRATIONS)
  return { ...server, template }
}

/** Drops what killed runs left behind on a server that outlives us. */
export async function dropAbandoned(server: TestServer, olderThanSeconds: number): Promise<void> {
  const limit = Math.floor(Date.now() / 1000) - olderThanSeconds
  const names = await withClient(server.maintenance, async (client) => {
    const { rows } = await client.query<{ name: string }>(
      'select datname as name from pg_database where datname like $1',
      [`${NAME_PREFIX.replaceAll('_', '\\_')}%`],
    )
    return rows.map((row) => row.name)
  })
  for (const name of names) {
    if (Number(name.slice(NAME_PREFIX.length).split('_')[0]) < limit) await dropDatabase(server, name)
  }
}

function faces(server: TestServer, name: string): TestDatabaseFaces {
  const { connectionString } = server.maintenance
  if (connectionString === undefined) {
    const owner = { ...server.maintenance, database: name }
    return { kind: server.kind, owner, app: { ...owner, user: APP_ROLE } }
  }
  const url = new URL(connectionString)
  url.pathname = `/${name}`
  return { kind: server.kind, owner: { connectionString: url.href }, app: asRole(url.href, APP_ROLE) }
}
