import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import pg from 'pg'
import { migrate } from '../../src/adapters/database/migrate.ts'
import { testDatabase } from '../support/database.ts'
import { databaseUser } from '../support/database-user.ts'
import { MIGRATIONS } from '../support/test-server.ts'

const PROGRAM = join(import.meta.dirname, '../../../cli/src/main.ts')

const database = await testDatabase({ migrated: false })
const superuser = new pg.Client(database.owner)
await superuser.connect()
const user = await databaseUser(superuser, database)
const folder = mkdtempSync(join(tmpdir(), 'answerback-scrub-'))
const slot = `zebra_${process.pid}_${Math.random().toString(36).slice(2, 8)}`
after(async () => {
  await dropSlot()
  await user.drop()
  await superuser.end()
  rmSync(folder, { recursive: true, force: true })
})
await migrate({ kind: 'external', owner: { connectionString: user.url } }, MIGRATIONS)

/** As a program that knows no files of PostgreSQL reaches it. */
function superuserUrl(): string {
  const { connectionString, host, user: name, database: base } = database.owner
  return connectionString ?? `postgres://${name}@localhost/${base}?host=${encodeURIComponent(String(host))}`
}

function dropSlot(): Promise<unknown> {
  return superuser.query(
    'select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name = $1',
    [slot],
  )
}

/** `answerback vault scrub` on a PostgreSQL that the operator runs. */
function scrub(databaseUrl: string): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [PROGRAM, 'vault', 'scrub'], {
    env: {
      PATH: process.env.PATH,
      DATABASE_URL: databaseUrl,
      ANSWERBACK_DATA: folder,
      ANSWERBACK_KEY_FOLDER: `${folder}-keys`,
    },
  })
  const [out, err]: [string[], string[]] = [[], []]
  child.stdout.on('data', (chunk) => out.push(String(chunk)))
  child.stderr.on('data', (chunk) => err.push(String(chunk)))
  return new Promise((resolve) => {
    child.on('close', (code) => resolve({ code, out: out.join(''), err: err.join('') }))
  })
}

interface Traces {
  /** Files of the tables that a scrub rewrites. */
  readonly files: readonly string[]
  /** First segment of the write-ahead log. */
  readonly oldest: string
}

async function traces(): Promise<Traces> {
  const { rows } = await superuser.query<Traces>(
    `select (select array_agg(pg_relation_filepath(oid) order by relname) from pg_class
             where relname in ('document', 'fax', 'attempt', 'received_fax', 'received_page', 'received_note', 'received_words')
               and relkind = 'r') as files,
       (select min(name) from pg_ls_waldir() where name ~ '^[0-9A-F]{24}$') as oldest`,
  )
  return rows[0]!
}

const settingOfLog = async () =>
  (await superuser.query(`select setting, source from pg_settings where name = 'wal_recycle'`)).rows

test('a user that is no superuser has the tables rewritten, and is told to wait for the log', async () => {
  const before = await traces()
  assert.equal(before.files.length, 7)
  assert.deepEqual(await scrub(user.url), {
    code: 0,
    out:
      'The tables were rewritten: what was destroyed is in none of them any more. It may still be in the write-ahead log, which only a superuser ' +
      'of PostgreSQL can begin anew: wait until its segments were used again, and until archives and replicas have dropped them.\n',
    err: '',
  })
  const { files } = await traces()
  assert.deepEqual(
    files.filter((file) => before.files.includes(file)),
    [],
  )
})

test('a user that owns neither tables nor database is not told that anything was rewritten', async () => {
  const stranger = `zebra_reader_${process.pid}_${Math.random().toString(36).slice(2, 8)}`
  await superuser.query(`create role ${stranger} login password 'zebra'`)
  try {
    const url = new URL(user.url)
    url.username = stranger
    const before = await traces()
    assert.deepEqual(await scrub(url.href), {
      code: 1,
      out: '',
      err: 'PostgreSQL did not rewrite the tables, and what was destroyed may be in them: the user in DATABASE_URL must own them, or the database.\n',
    })
    assert.deepEqual((await traces()).files, before.files)
  } finally {
    await superuser.query(`drop role ${stranger}`)
  }
})

test('a superuser is told when a replication slot keeps old parts of the log, and has them gone once it is dropped', async () => {
  const settings = await settingOfLog()
  const before = await traces()
  await superuser.query('select pg_create_physical_replication_slot($1, true)', [slot])
  try {
    assert.deepEqual(await scrub(superuserUrl()), {
      code: 1,
      out: '',
      err:
        'PostgreSQL keeps older parts of its write-ahead log, and what was destroyed may be in them: end replication slots and replicas, let ' +
        'archiving catch up, and scrub again.\n',
    })
    const kept = await traces()
    assert.ok(
      kept.files.every((file) => !before.files.includes(file)),
      'the tables are rewritten all the same',
    )
    assert.deepEqual(await settingOfLog(), settings)
    await dropSlot()
    assert.deepEqual(await scrub(superuserUrl()), {
      code: 0,
      out: 'The database was rewritten: what was destroyed is in none of its files any more.\n',
      err: '',
    })
    assert.ok((await traces()).oldest > kept.oldest)
    assert.deepEqual(await settingOfLog(), settings)
  } finally {
    await dropSlot()
  }
})
