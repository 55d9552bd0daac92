import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type pg from 'pg'
import { migrate } from '../../src/adapters/database/migrate.ts'
import { openDatabase } from '../../src/adapters/database/open.ts'
import { asRole, assertSupported, withClient } from '../../src/adapters/database/server.ts'
import { testDatabase } from '../support/database.ts'

const database = await testDatabase()
const empty = mkdtempSync(join(tmpdir(), 'answerback-no-migrations-'))
after(() => rmSync(empty, { recursive: true }))

test('a database that does not answer is refused without repeating its address or password', async () => {
  const url = 'postgres://clinic:secret-word@127.0.0.1:1/faxes'
  await assert.rejects(openDatabase({ url, dataFolder: '' }), (error: Error & { code?: string }) => {
    assert.equal(error.code, 'unreachable')
    assert.match(error.message, /DATABASE_URL cannot be used \(ECONNREFUSED\)/)
    assert.doesNotMatch(error.message, /secret-word|clinic|127\.0\.0\.1/)
    return true
  })
})

test('PostgreSQL 14 is refused with the way out, 15 and later are taken', () => {
  assert.throws(() => assertSupported(140_012), { code: 'too_old', message: /PostgreSQL 14, .* 15 or newer/ })
  assertSupported(150_000)
  assertSupported(180_004)
})

test('a user who may not make the runtime role is told the SQL that an administrator runs, and it works', async () => {
  const user = `plain_${process.pid}_${database.kind}`
  await withClient(database.owner, (client) => client.query(`create role ${user} login`))
  try {
    const plain = { kind: 'external' as const, owner: loginAs(user) }
    await withClient(database.owner, (client) => client.query(`grant create on schema public to ${user}`))
    let sql = ''
    await assert.rejects(migrate(plain, empty), (error: Error & { code?: string }) => {
      assert.equal(error.code, 'role_missing')
      sql = /run: (.*)$/.exec(error.message)?.[1] ?? ''
      return true
    })
    assert.match(sql, new RegExp(`GRANT answerback_app TO ${user};`))
    const [, grant = ''] = sql.split('; ')
    await withClient(database.owner, (client) => client.query(grant))
    await withClient(plain.owner, async (client) => {
      await client.query('set role answerback_app')
    })
  } finally {
    await withClient(database.owner, async (client) => {
      await client.query(`drop owned by ${user}`)
      await client.query(`drop role ${user}`)
    })
  }
})

test('a URL keeps its own options beside the role', () => {
  const url = new URL(
    asRole('postgres://u@h/d?options=-c%20statement_timeout%3D5s&sslmode=require', 'r').connectionString ??
      '',
  )
  assert.equal(url.searchParams.get('options'), '-c statement_timeout=5s -c role=r')
  assert.equal(url.searchParams.get('sslmode'), 'require')
})

function loginAs(user: string): pg.ClientConfig {
  const { connectionString } = database.owner
  if (connectionString === undefined) return { ...database.owner, user }
  const url = new URL(connectionString)
  url.username = user
  return { connectionString: url.href }
}
