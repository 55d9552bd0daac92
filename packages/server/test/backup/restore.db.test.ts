import assert from 'node:assert/strict'
import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import pg from 'pg'
import { openFileBlobs } from '../../src/adapters/blobs/file-blobs.ts'
import { migrate } from '../../src/adapters/database/migrate.ts'
import { openFileKeyring } from '../../src/adapters/keyring/file-keys.ts'
import { createPool } from '../../src/adapters/postgres/connection/connection.ts'
import { createRestorations } from '../../src/adapters/postgres/restorations.ts'
import { createPostgresStore } from '../../src/adapters/postgres/store.ts'
import { advanceFax } from '../../src/application/attempts/advance-fax.ts'
import { settleRestored } from '../../src/application/attempts/settle-restored.ts'
import { sequenceAudit } from '../../src/application/audit/sequence-audit.ts'
import { readReceivedPages } from '../../src/application/inbox/read-received.ts'
import { releaseFax } from '../../src/application/recipients/release-fax.ts'
import { getFax } from '../../src/application/sending/get-fax.ts'
import { drillBackup, hasPassed } from '../../src/backup/drill.ts'
import { openOutside, sealOutside } from '../../src/backup/envelope.ts'
import { type Frame, frame, readFrames } from '../../src/backup/frames.ts'
import { makeBackup } from '../../src/backup/make-backup.ts'
import { verifyBackup } from '../../src/backup/read-backup.ts'
import { newRecoveryKey } from '../../src/backup/recovery-key.ts'
import { restoreBackup } from '../../src/backup/restore.ts'
import { testDatabase } from '../support/database.ts'
import { recordOf, sendTo } from '../support/faxes.ts'
import { ACTOR, createTestServices } from '../support/services.ts'
import { MIGRATIONS } from '../support/test-server.ts'
import { seed } from './seeded.ts'

const folder = await mkdtemp(join(tmpdir(), 'answerback-backup-'))
const database = await testDatabase()
// A webhook may be made; its deliveries go nowhere.
const httpOut = {
  request: () => Promise.reject(new Error('no network')),
  check: async () => undefined,
} as never
const services = await createTestServices(database, { httpOut })
const seeded = await seed(services)
after(async () => {
  await services.close()
  await rm(folder, { recursive: true, force: true })
})

const recovery = newRecoveryKey()
const source = {
  database: database.owner,
  blobs: services.blobs,
  keyring: services.keyring,
  program: 'answerback test',
}
const made = await makeBackup(source, folder, 'bak_first', [recovery.publicKey])
const open = (path = made.path) => openOutside(path, { keyring: services.keyring })
const restoringId = 'rst_test'

async function emptyTarget(name: string) {
  return {
    database: await testDatabase({ migrated: false }),
    migrations: MIGRATIONS,
    blobsFolder: join(folder, name),
    keyring: services.keyring,
    nowMs: services.clock.now(),
    restorationId: restoringId,
  }
}

test('a backup counts what it holds and has its name only when it is whole', async () => {
  assert.deepEqual(await readdir(folder), ['bak_first.answerback'])
  const rowsOf = (name: string) => made.manifest.tables.find((table) => table.name === name)?.rows ?? 0
  assert.ok(rowsOf('fax') >= 6)
  assert.equal(rowsOf('received_page'), 2)
  assert.ok(rowsOf('audit_entry') > 10 && made.manifest.audit.size > 10)
  assert.ok(made.manifest.blobs.count > 6 && made.manifest.blobs.lost === 0)
  assert.deepEqual(await verifyBackup(await open()), made.manifest)
  await assert.rejects(makeBackup(source, made.path, 'bak_again'), { code: 'exists' })
})

test('nothing of what it holds can be read in the file', async () => {
  const bytes = await readFile(made.path)
  for (const word of ['Zebra', 'audit_entry', 'fax.delivered', seeded.delivered]) {
    assert.equal(bytes.indexOf(word), -1, word)
  }
})

test('what is restored is what there was, and what the old server may have sent since is never dialled', async () => {
  const target = await emptyTarget('restored')
  await restoreBackup(await open(), target)
  const owner = new pg.Client(target.database.owner)
  await owner.connect()
  const blobs = await openFileBlobs(target.blobsFolder, services.clock.now())
  const restored = await createTestServices(target.database, { blobs, keyring: services.keyring })
  const pool = createPool(target.database.app, () => undefined)
  try {
    await restored.clock.advanceTo(services.clock.now() + 3_600_000)
    await settleRestored(restored, createRestorations(pool))
    const { scope } = seeded
    const statusOf = async (id: string) => (await getFax(restored, scope, id)).fax
    assert.equal((await statusOf(seeded.delivered)).status, 'delivered')
    for (const id of [seeded.waiting, seeded.scheduled])
      assert.equal((await statusOf(id)).holdReason, 'restored')
    const record = await recordOf(restored, scope, seeded.calling)
    assert.equal(record.fax.status, 'outcome_unknown')
    assert.equal(record.events.at(-1)?.type, 'fax.outcome_unknown')

    const lines = restored.lines.map((line) => ({ ...line, place: () => assert.fail('It was dialled.') }))
    for (const id of [seeded.waiting, seeded.scheduled, seeded.calling]) {
      await advanceFax({ ...restored, lines }, { scope, faxId: id }, new AbortController().signal)
    }

    const pages = await readReceivedPages(restored, scope, ACTOR, seeded.received)
    assert.equal(pages.length, 2)
    const { rows } = await owner.query('select count(*)::int as open from session where ended_at is null')
    assert.equal(rows[0].open, 0)
    await assert.rejects(owner.query('delete from audit_entry'), { code: '42501' })

    // Events: the old ones can be read at once, and the new ones come after a cursor that the old server gave out.
    await services.settle()
    const old = await services.store.asAccount(scope, (tx) => tx.events.list(undefined, 1000))
    await releaseFax(
      restored,
      scope,
      ACTOR,
      seeded.waiting,
      (await getFax(restored, scope, seeded.waiting)).to,
    )
    await restored.settle()
    const all = await restored.store.asAccount(scope, (tx) => tx.events.list(undefined, 1000))
    assert.deepEqual(
      all.slice(0, old.length).map(({ id }) => id),
      old.map(({ id }) => id),
    )
    const since = await restored.store.asAccount(scope, (tx) => tx.events.list(old.at(-1)!.cursor, 1000))
    assert.equal(since.at(-1)?.type, 'fax.released')
    assert.equal(since.length, all.length - old.length)

    // The audit log grows on from where it was.
    await restored.settle()
    assert.ok((await sequenceAudit(restored))! > 0)
    const entries = await owner.query(
      'select count(*)::int as entries, (select size::int from audit_tree) as size from audit_entry',
    )
    assert.equal(entries.rows[0].size, entries.rows[0].entries)

    // Numbers go on as well.
    const next = await sendTo(restored, scope, 0, { area: 301 })
    assert.equal((await getFax(restored, scope, next.id)).fax.status, 'queued')

    await assert.rejects(restoreBackup(await open(), { ...target, blobsFolder: join(folder, 'second') }), {
      code: 'not_empty',
    })
  } finally {
    await pool.close()
    await owner.end()
    await restored.close()
  }
})

test('a backup made while faxes go restores to one moment', async () => {
  const id = 'bak_busy'
  const sending = (async () => {
    for (let at = 0; at < 30; at += 1) await sendTo(services, seeded.scope, 0, { area: 400 + at })
  })()
  const busy = await makeBackup(source, folder, id)
  await sending
  const target = await emptyTarget('busy')
  await restoreBackup(await open(busy.path), target)
  const owner = new pg.Client(target.database.owner)
  await owner.connect()
  const { rows } = await owner.query(
    `select (select count(*)::int from fax) as faxes, (select count(distinct subject_id)::int from event where subject_id like 'fax_%') as told,
       (select count(*)::int from document where destroyed_at is null) as documents`,
  )
  await owner.end()
  assert.equal(rows[0].faxes, rows[0].told)
  assert.equal(rows[0].documents, busy.manifest.blobs.count)
})

test('a drill compares everything and leaves nothing behind', async () => {
  const scratch = await mkdtemp(join(folder, 'scratch-'))
  const place = {
    scratch,
    migrations: MIGRATIONS,
    keyring: services.keyring,
    now: () => services.clock.now(),
  }
  const report = await drillBackup(await open(), place)
  assert.ok(hasPassed(report), JSON.stringify(report.lines.filter(({ wanted, found }) => wanted !== found)))
  assert.ok(report.lines.length > 30)
  assert.deepEqual(await readdir(scratch), [])
})

test('the recovery key opens a backup too, and another one does not', async () => {
  const opened = await openOutside(made.path, { identityPem: recovery.privatePem })
  assert.deepEqual(await verifyBackup(opened), made.manifest)
  await assert.rejects(openOutside(made.path, { identityPem: newRecoveryKey().privatePem }), {
    code: 'wrong_key',
  })
})

test('another master key is refused', async () => {
  const other = await openFileKeyring(join(folder, 'other-keys'), { create: true })
  await assert.rejects(openOutside(made.path, { keyring: other }), { code: 'wrong_key' })
  const target = await emptyTarget('foreign')
  const opened = await openOutside(made.path, { identityPem: recovery.privatePem })
  await assert.rejects(restoreBackup(opened, { ...target, keyring: other }), { code: 'wrong_key' })
  await assert.rejects(readdir(`${target.blobsFolder}.restoring`))
})

test('a byte changed anywhere, or an end that is missing, is refused before anything is written', async () => {
  const whole = await readFile(made.path)
  const path = join(folder, 'bad')
  const target = await emptyTarget('untouched')
  const places = [0, 20, 40, 700, 5_000, Math.floor(whole.length / 2), whole.length - 1]
  for (const at of places) {
    const bad = Buffer.from(whole)
    bad[at]! ^= 1
    await writeFile(path, bad)
    await assert.rejects(
      async () => restoreBackup(await open(path), target),
      { name: 'BackupError' },
      `byte ${at}`,
    )
  }
  for (const length of [0, 10, 30, 400, 66_000, whole.length - 70_000, whole.length - 1]) {
    await writeFile(path, whole.subarray(0, Math.max(0, length)))
    await assert.rejects(
      async () => restoreBackup(await open(path), target),
      { name: 'BackupError' },
      `cut to ${length}`,
    )
  }
  await writeFile(path, Buffer.concat([whole, Buffer.from('more')]))
  await assert.rejects(async () => restoreBackup(await open(path), target), { code: 'damaged' })
  const owner = new pg.Client(target.database.owner)
  await owner.connect()
  const { rows } = await owner.query(
    "select count(*)::int as tables from pg_class where relnamespace = 'public'::regnamespace",
  )
  await owner.end()
  assert.equal(rows[0].tables, 0)
})

test('a part that is missing, doubled or changed under a good encryption is told from the manifest', async () => {
  const frames: Frame[] = []
  for await (const { kind, bytes } of readFrames((await open()).content()))
    frames.push({ kind, bytes: Buffer.from(bytes) })
  const first = frames.slice(0, frames.findIndex(({ kind }) => kind === 'end') + 1)
  const data = frames.findIndex(({ kind }) => kind === 'data')
  const changed = frames.map((each, at) =>
    at === data ? { ...each, bytes: Buffer.alloc(each.bytes.length) } : each,
  )
  const stories = {
    missing: frames.slice(first.length),
    doubled: [...first, ...frames],
    changed,
    'without a manifest': frames.slice(0, -1),
    'with more behind it': [...frames, ...first],
  }
  for (const [story, told] of Object.entries(stories)) {
    const { lead, encrypt } = await sealOutside('bak_made', services.keyring, [])
    encrypt.end(Buffer.concat(told.map(({ kind, bytes }) => frame(kind, bytes))))
    const path = join(folder, `bad-${story}`)
    await writeFile(path, Buffer.concat([lead, ...(await encrypt.toArray())]))
    await assert.rejects(verifyBackup(await open(path)), { code: 'damaged' }, story)
  }
})

test('a backup of an older schema is restored as it was and migrated then; one of a newer version is refused', async () => {
  const before = await testDatabase({ migrated: false })
  await migrate(before, MIGRATIONS, { upTo: 12 })
  const old = new pg.Client(before.owner)
  await old.connect()
  const { accountId } = seeded.scope
  const wrapped = await services.keyring.createAccountKey(accountId)
  await old.query('insert into account (id, name, wrapped_key, created_at) values ($1, $2, $3, now())', [
    accountId,
    'Zebra Example Clinic',
    wrapped,
  ])
  await old.end()
  const older = await makeBackup({ ...source, database: before.owner }, folder, 'bak_older')
  assert.equal(older.manifest.schema.length, 12)
  const target = await emptyTarget('older')
  await restoreBackup(await open(older.path), target)
  assert.ok((await migrate(target.database, MIGRATIONS)).length > 0)
  const pool = createPool(target.database.app, () => undefined)
  const store = createPostgresStore(pool)
  assert.equal((await store.asAccount(seeded.scope, (tx) => tx.accounts.get())).name, 'Zebra Example Clinic')
  await pool.close()

  const few = await mkdtemp(join(folder, 'migrations-'))
  for (const name of (await readdir(MIGRATIONS)).sort().slice(0, 11)) {
    await copyFile(join(MIGRATIONS, name), join(few, name))
  }
  const stale = { ...(await emptyTarget('newer')), migrations: few }
  await assert.rejects(restoreBackup(await open(), stale), { code: 'schema_newer' })
})

test('a database that a server was started on once, and that holds nothing, can be restored into', async () => {
  const target = { ...(await emptyTarget('started')), database: await testDatabase() }
  await restoreBackup(await open(), target)
  await migrate(target.database, MIGRATIONS)
})

test('reading that is told to stop stops, and the next restore begins from nothing', async () => {
  const target = await emptyTarget('stopped')
  const stopping = new AbortController()
  const opened = await openOutside(made.path, { keyring: services.keyring }, stopping.signal)
  stopping.abort()
  await assert.rejects(restoreBackup(opened, target), { name: 'AbortError' })
  await restoreBackup(await open(), target)
})
