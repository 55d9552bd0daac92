import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import pg from 'pg'
import { callIn } from '../../src/application/test-mode/call-in.ts'
import { testDatabase } from '../support/database.ts'
import { sendTo } from '../support/faxes.ts'
import { ACTOR, createTestServices, whileTimePasses } from '../support/services.ts'

const database = await testDatabase()
const services = await createTestServices(database)
const [mine, theirs] = [await services.addAccount(), await services.addAccount()]
for (const scope of [mine, theirs]) {
  await sendTo(services, scope, 0)
  await whileTimePasses(services.clock, callIn(services, scope, ACTOR, { to: '+12025550123' }))
}
await services.runDue()
// The role the server runs as, without the application's own fence.
const bare = new pg.Client(database.app)
await bare.connect()
after(async () => {
  await bare.end()
  await services.close()
})

interface Fenced {
  readonly name: string
  readonly hasMode: boolean
  readonly isFenced: boolean
}

async function accountTables(): Promise<Fenced[]> {
  const { rows } = await bare.query<Fenced>(`
    select relname as name, relrowsecurity as "isFenced",
      exists (select from pg_attribute where attrelid = pg_class.oid and attname = 'mode') as "hasMode"
    from pg_class join pg_namespace on pg_namespace.oid = relnamespace
    where nspname = 'public' and relkind = 'r'
      and exists (select from pg_attribute where attrelid = pg_class.oid and attname = 'account_id' and not attisdropped)
    order by relname`)
  return rows
}

async function as<T>(account: string | undefined, mode: string, work: () => Promise<T>): Promise<T> {
  await bare.query('begin')
  try {
    if (account !== undefined) {
      await bare.query(
        "select set_config('answerback.account', $1, true), set_config('answerback.mode', $2, true)",
        [account, mode],
      )
    }
    return await work()
  } finally {
    await bare.query('rollback')
  }
}

const tables = await accountTables()
const fenced = tables.filter(({ name }) => name !== 'received_words')

test('every table that holds an account’s rows is fenced in the database', () => {
  assert.ok(tables.length > 25, `${tables.length} tables`)
  assert.deepEqual(
    tables.filter(({ isFenced }) => !isFenced).map(({ name }) => name),
    // Hashes under the account's key, which lead to ids of fenced rows and nothing else.
    ['received_words'],
  )
})

test('without the application’s fence a transaction sees the rows of its own account and mode, and no other', async () => {
  const seen: Record<string, number> = {}
  for (const { name, hasMode } of fenced) {
    const { rows } = await as(mine.accountId, 'test', () =>
      bare.query(`select distinct account_id${hasMode ? ', mode' : ''} from ${name}`),
    )
    for (const row of rows) {
      assert.equal(row.account_id, mine.accountId, name)
      if (hasMode) assert.equal(row.mode, 'test', name)
    }
    seen[name] = rows.length
    const live = await as(mine.accountId, 'live', () =>
      bare.query(`select count(*)::int as count from ${name}`),
    )
    if (hasMode) assert.equal(live.rows[0].count, 0, name)
  }
  for (const name of [
    'fax',
    'attempt',
    'document',
    'event',
    'audit_entry',
    'received_fax',
    'received_page',
    'mailbox',
  ])
    assert.equal(seen[name], 1, `${name} has rows of mine to be told from theirs`)
})

test('a transaction that does not say whose it is sees nothing and writes nothing', async () => {
  for (const { name } of fenced) {
    const { rows } = await as(undefined, 'test', () =>
      bare.query(`select count(*)::int as count from ${name}`),
    )
    assert.equal(rows[0].count, 0, name)
  }
  await assert.rejects(
    as(undefined, 'test', () =>
      bare.query(
        `insert into mailbox (id, account_id, mode, is_default, name, owner, urgent_minutes, normal_minutes, created_at, updated_at)
         values ('mbx_x', $1, 'test', false, 'x', 'x', 1, 1, now(), now())`,
        [mine.accountId],
      ),
    ),
    { code: '42501' },
  )
})

test('rows cannot be written into another account, nor moved there', async () => {
  await assert.rejects(
    as(mine.accountId, 'test', () =>
      bare.query(
        `insert into mailbox (id, account_id, mode, is_default, name, owner, urgent_minutes, normal_minutes, created_at, updated_at)
         values ('mbx_x', $1, 'test', false, 'x', 'x', 1, 1, now(), now())`,
        [theirs.accountId],
      ),
    ),
    { code: '42501' },
  )
  await assert.rejects(
    as(mine.accountId, 'test', () => bare.query('update mailbox set account_id = $1', [theirs.accountId])),
    { code: '42501' },
  )
  const { rowCount } = await as(mine.accountId, 'test', () =>
    bare.query("update received_fax set mark = 'spam' where account_id = $1", [theirs.accountId]),
  )
  assert.equal(rowCount, 0)
})
