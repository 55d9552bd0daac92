import assert from 'node:assert/strict'
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, beforeEach, test } from 'node:test'
import { migrate, rememberSchema } from '../../src/adapters/database/migrate.ts'
import { withClient } from '../../src/adapters/database/server.ts'
import { testDatabase } from '../support/database.ts'

const database = await testDatabase({ migrated: false })
const scratch = mkdtempSync(join(tmpdir(), 'answerback-migrations-'))
after(() => rmSync(scratch, { recursive: true }))

let folder = scratch
beforeEach(async () => {
  folder = mkdtempSync(join(scratch, 'case-'))
  await query('drop schema public cascade; create schema public; grant usage on schema public to public')
})

test('migrations run once, in order, each with its own record', async () => {
  add('0001-first', 'create table first (id int)')
  add('0002-second', 'alter table first add column note text')
  assert.deepEqual(await migrate(database, folder), ['0001-first', '0002-second'])
  assert.deepEqual(await migrate(database, folder), [])
  add('0003-third', 'create table third (id int)')
  assert.deepEqual(await migrate(database, folder), ['0003-third'])
  assert.deepEqual(
    (await query('select number, name from schema_migration order by number')).map((row) => row.name),
    ['0001-first', '0002-second', '0003-third'],
  )
})

test('a migration that fails leaves nothing of itself and names itself', async () => {
  add('0001-first', 'create table first (id int)')
  add('0002-broken', 'create table second (id int); select 1 / 0')
  await assert.rejects(migrate(database, folder), { code: 'migration_failed', message: /0002-broken/ })
  assert.deepEqual(await tables(), ['first', 'schema_migration'])
})

test('an applied migration that was edited since is refused', async () => {
  add('0001-first', 'create table first (id int)')
  await migrate(database, folder)
  add('0001-first', 'create table first (id bigint)')
  await assert.rejects(migrate(database, folder), { code: 'migration_edited', message: /0001-first/ })
})

test('an applied migration that was renamed since is refused', async () => {
  add('0001-first', 'create table first (id int)')
  await migrate(database, folder)
  renameSync(join(folder, '0001-first.ts'), join(folder, '0001-other.ts'))
  await assert.rejects(migrate(database, folder), { code: 'migration_edited' })
})

test('a gap between migrations is refused before anything runs', async () => {
  add('0001-first', 'create table first (id int)')
  add('0003-third', 'create table third (id int)')
  await assert.rejects(migrate(database, folder), { code: 'migration_missing', message: /Migration 2/ })
  assert.deepEqual(await tables(), [])
})

test('a database made by a newer version is refused', async () => {
  add('0001-first', 'create table first (id int)')
  add('0002-second', 'create table second (id int)')
  await migrate(database, folder)
  rmSync(join(folder, '0002-second.ts'))
  await assert.rejects(migrate(database, folder), { code: 'schema_newer', message: /0002-second/ })
})

test('a program that runs tells a schema that was changed since from the one it knows', async () => {
  add('0001-first', 'create table first (id int)')
  await migrate(database, folder)
  const standing = await rememberSchema(database, folder)
  assert.equal(await standing(), 'same')
  add('0002-second', 'create table second (id int)')
  assert.equal(await standing(), 'older', 'a newer program lies on the disk')
  await migrate(database, folder)
  assert.equal(await standing(), 'newer', 'and somebody has started it')
  assert.equal(await (await rememberSchema(database, folder))(), 'same')
  await query("update schema_migration set checksum = 'x' where number = 1")
  assert.equal(await (await rememberSchema(database, folder))(), 'edited')
})

test('processes that start together migrate once', async () => {
  add('0001-first', 'create table first (id int); select pg_sleep(0.2)')
  const results = await Promise.all(Array.from({ length: 4 }, () => migrate(database, folder)))
  assert.deepEqual(results.flat(), ['0001-first'])
})

test('the runtime role reads what it was granted, and can neither change the schema nor become the owner', async () => {
  add('0001-first', 'create table first (id int); grant select on first to answerback_app')
  await migrate(database, folder)
  await withClient(database.app, async (client) => {
    assert.deepEqual((await client.query('select current_user as role')).rows, [{ role: 'answerback_app' }])
    assert.deepEqual((await client.query('select id from first')).rows, [])
    await assert.rejects(client.query('insert into first values (1)'), { code: '42501' })
    await assert.rejects(client.query('create table mine (id int)'), { code: '42501' })
    await assert.rejects(client.query('drop table first'), { code: '42501' })
    if (database.kind === 'embedded') {
      await assert.rejects(client.query('set role answerback'), { code: '42501' })
    }
  })
})

function add(name: string, sql: string): void {
  const source = `import { sql } from '${import.meta.resolve('kysely')}'
export async function up(db) {
  for (const statement of ${JSON.stringify(sql.split('; '))}) await sql.raw(statement).execute(db)
}
`
  writeFileSync(join(folder, `${name}.ts`), source)
}

async function tables(): Promise<string[]> {
  const rows = await query("select tablename as name from pg_tables where schemaname = 'public' order by 1")
  return rows.map((row) => String(row.name))
}

async function query(sql: string): Promise<Record<string, unknown>[]> {
  return withClient(database.owner, async (client) => {
    const result = await client.query(sql)
    return result.rows ?? []
  })
}
