import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import pg from 'pg'
import { openFileBlobs } from '../../../src/adapters/blobs/file-blobs.ts'
import { openOutside } from '../../../src/backup/envelope.ts'
import { makeBackup } from '../../../src/backup/make-backup.ts'
import { newRecoveryKey } from '../../../src/backup/recovery-key.ts'
import { restoreBackup } from '../../../src/backup/restore.ts'
import { testDatabase } from '../../support/database.ts'
import { json, type ReplyBody, testHttpServer } from '../../support/http.ts'
import { markedPdf } from '../../support/marked-pages.ts'
import { MIGRATIONS } from '../../support/test-server.ts'

const server = await testHttpServer()
const { services, scope } = server
const folder = await mkdtemp(join(tmpdir(), 'answerback-shredded-'))
const owner = new pg.Client(server.database.owner)
await owner.connect()
after(async () => {
  await owner.end()
  await rm(folder, { recursive: true, force: true })
})

/** Each stands nowhere else. The far end of the number calls itself +1 202 555 0199. */
const MARKS = ['zebra5f0c1', '3125550130', '6175550177', '+1 202 555 0199']
const [WORD = ''] = MARKS
let asked = 0

/** Every request may be repeated, so every reply is kept. */
async function post(path: string, body: object, status = 201): Promise<ReplyBody> {
  asked += 1
  const reply = await server.fetch(path, json(body, { 'idempotency-key': `once-${asked}` }))
  const text = await reply.text()
  assert.equal(reply.status, status, `${path}: ${text}`)
  return JSON.parse(text)
}

async function send(): Promise<string> {
  const { id } = await post(
    '/v2/faxes',
    {
      to: '+13125550130',
      from: '+16175550177',
      documents: [{ data: markedPdf(1, WORD).toString('base64'), fileName: `${WORD}.pdf` }],
      cover: { toName: WORD, message: `About ${WORD}` },
      clientReference: WORD,
      patient: { id: WORD },
    },
    202,
  )
  await services.runFor(3_600_000)
  return id
}

async function receive(): Promise<string[]> {
  services.pageReader.nextBarcodes.push([{ format: 'QRCode', text: WORD } as never])
  services.pageReader.nextTexts.push(`${WORD} referral`, `${WORD} again`)
  const call = {
    to: '+13125550150',
    from: '+16175550177',
    document: { data: markedPdf(2, WORD).toString('base64') },
  }
  const { id } = await post('/v2/test/inbound', call)
  await services.runFor(60_000)
  await post(`/v2/inbound/${id}/notes`, { text: `Called about ${WORD}` })
  await server.fetch(`/v2/inbound/${id}/link`, json({ patient: { id: WORD, display: WORD } }))
  const { data } = await post(`/v2/inbound/${id}/split`, { parts: [{ pages: '1' }, { pages: '2' }] })
  const merged = await post('/v2/inbound/merge', { ids: data.map((each) => each.id) })
  await services.runFor(60_000)
  return [id, ...data.map((each) => each.id), merged.data[0]!.id]
}

interface Held {
  readonly table: string
  readonly column: string
  /** Hex. */
  readonly value: string
}

/** Tables with rows of a fax, and the column that says of which; from the database's own catalogue. */
async function tablesOfFaxes(): Promise<{ table: string; key: string }[]> {
  const { rows } = await owner.query(`
    select conrelid::regclass::text as table, attname as key
    from pg_constraint join pg_attribute on attrelid = conrelid and attnum = conkey[1]
    where contype = 'f' and array_length(conkey, 1) = 1 and confrelid in ('fax'::regclass, 'received_fax'::regclass)
      and attname in ('fax_id', 'received_fax_id')`)
  return [...rows, { table: 'fax', key: 'id' }, { table: 'received_fax', key: 'id' }]
}

/** Every byte string that a column of the database holds of these faxes and of what they are made of, but for those that are kept. */
async function heldOf(ids: readonly string[]): Promise<Held[]> {
  const held: Held[] = []
  const read = async (table: string, where: string, values: readonly string[]) => {
    const { rows: columns } = await owner.query(
      `select column_name as name from information_schema.columns
       where table_schema = 'public' and table_name = $1 and data_type = 'bytea'`,
      [table],
    )
    for (const { name } of columns) {
      const { rows } = await owner.query(
        `select distinct encode(${name}, 'hex') as value from ${table} where ${where} = any($1) and octet_length(${name}) > 0`,
        [values],
      )
      held.push(...rows.map(({ value }) => ({ table, column: name, value })))
    }
  }
  for (const { table, key } of await tablesOfFaxes()) if (!KEPT.includes(table)) await read(table, key, ids)
  const { rows } = await owner.query(
    `select document_id as id from fax_source where fax_id = any($1)
     union select document_id from received_page where received_fax_id = any($1)
     union select pages_document_id from fax where id = any($1) union select text_document_id from received_fax where id = any($1)`,
    [ids],
  )
  await read(
    'document',
    'id',
    rows.map(({ id }) => id),
  )
  return held
}

/** Documentation of what went astray, and addresses of one's own staff, stay (docs/guides/retention-and-deletion.md). */
const KEPT = ['incident', 'notice', 'recipient', 'contradiction']
/** The keyed hash of a number that a route was learnt for is that of the fax. */
const KEPT_HASHES = ['fax.to_hash', 'fax.to_slot', 'received_fax.to_hash', 'received_fax.from_hash']

async function dump(client: pg.Client): Promise<string> {
  const { rows: tables } = await client.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname = 'public' and tablename not in ('audit_entry', 'route_memory')`,
  )
  const texts: string[] = []
  for (const { name } of tables) {
    const { rows } = await client.query<{ text: string }>(`select each::text as text from ${name} each`)
    texts.push(...rows.map(({ text }) => text))
  }
  return texts.join('\n')
}

const ids = [await send(), ...(await receive())]
// No machine of the sandbox says who made it.
for (const table of ['attempt', 'received_fax'])
  await owner.query(`update ${table} set remote_nsf_sealed = sha256(convert_to(id, 'UTF8'))`)
const held = await heldOf(ids)
const blobs = async () => {
  const keys: string[] = []
  for await (const { key } of services.blobs.list('documents')) keys.push(key)
  return keys
}
const columnsOf = (all: readonly Held[]) =>
  [...new Set(all.map(({ table, column }) => `${table}.${column}`))].sort()

test('every column that holds something sealed of a fax holds it here', async () => {
  const { rows } = await owner.query(
    `select table_name || '.' || column_name as name from information_schema.columns
     where table_schema = 'public' and table_name = any($1) and column_name ~ '_sealed$|wrapped_key'`,
    [
      [...(await tablesOfFaxes()).map(({ table }) => table), 'document'].filter(
        (table) => !KEPT.includes(table),
      ),
    ],
  )
  const filled = columnsOf(held)
  assert.deepEqual(
    rows
      .map(({ name }) => name)
      .filter((name) => !filled.includes(name))
      .sort(),
    [],
  )
  assert.ok((await blobs()).length > 5)
  const { rows: words } = await owner.query('select from received_words')
  assert.ok(words.length > 0)
})

test('shredded, none of it is in any table, in any file, in any reply that is kept, or in a backup that is restored', async () => {
  const kept = asked
  await post('/v2/shred', { faxIds: ids }, 200)
  await services.runDue()
  const gone = held.filter(({ table, column }) => !KEPT_HASHES.includes(`${table}.${column}`))
  const left = async (client: pg.Client) => {
    const text = await dump(client)
    return {
      sealed: columnsOf(gone.filter(({ value }) => text.includes(value))),
      plain: MARKS.filter((mark) => text.includes(mark)),
    }
  }
  assert.deepEqual(await left(owner), { sealed: [], plain: [] })
  assert.deepEqual(await blobs(), [])
  const { rows: words } = await owner.query('select from received_words')
  assert.equal(words.length, 0)

  const account = await services.store.asAccount(scope, (tx) => tx.accounts.get())
  const keys = await services.keyring.account(scope.accountId, account.wrappedKey)
  const { rows: replies } = await owner.query(
    "select encode(key_hash, 'hex') as row, response_sealed as sealed from idempotency_key where response_sealed is not null",
  )
  assert.equal(replies.length, kept)
  const place = { table: 'idempotency_key', column: 'response_sealed' }
  for (const { row, sealed } of replies) {
    const reply = keys.openText({ ...place, row }, sealed)
    for (const mark of MARKS) assert.ok(!reply.includes(mark), reply)
  }

  const recovery = newRecoveryKey()
  const source = {
    database: server.database.owner,
    blobs: services.blobs,
    keyring: services.keyring,
    program: 'test',
  }
  const made = await makeBackup(source, folder, 'bak_after', [recovery.publicKey])
  const target = {
    database: await testDatabase({ migrated: false }),
    migrations: MIGRATIONS,
    blobsFolder: join(folder, 'restored'),
    keyring: services.keyring,
    nowMs: services.clock.now(),
    restorationId: 'rst_test',
  }
  await restoreBackup(await openOutside(made.path, { keyring: services.keyring }), target)
  const restored = new pg.Client(target.database.owner)
  await restored.connect()
  try {
    assert.deepEqual(await left(restored), { sealed: [], plain: [] })
  } finally {
    await restored.end()
  }
  const files = await openFileBlobs(target.blobsFolder, services.clock.now())
  for await (const { key } of files.list('documents')) assert.fail(key)
})
