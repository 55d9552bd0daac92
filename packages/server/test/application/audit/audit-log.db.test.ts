import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, beforeEach, test } from 'node:test'
import pg from 'pg'
import { openCheckpointFile } from '../../../src/adapters/checkpoint-file/checkpoint-file.ts'
import { leavesFor } from '../../../src/application/audit/export-audit.ts'
import { keepAuditLog, keepOnce } from '../../../src/application/audit/keep-audit-log.ts'
import { sequenceAudit } from '../../../src/application/audit/sequence-audit.ts'
import { CHECKPOINT_INTERVAL_MS, signCheckpoint } from '../../../src/application/audit/sign-checkpoint.ts'
import { recordAudit, sealParties } from '../../../src/application/record-change.ts'
import { leafBytes } from '../../../src/domain/audit/audit-leaf.ts'
import { hashLeaf } from '../../../src/domain/audit/audit-tree.ts'
import type { Scope } from '../../../src/ports/store/scope.ts'
import { sequenceAll } from '../../support/audit-log.ts'
import { testDatabase } from '../../support/database.ts'
import { treeHash } from '../../support/naive-tree.ts'
import { ACTOR, createTestServices } from '../../support/services.ts'

const database = await testDatabase()
const services = await createTestServices(database)
const owner = new pg.Pool({ ...database.owner, max: 3 })
const folder = await mkdtemp(join(tmpdir(), 'answerback-checkpoints-'))
after(async () => {
  await owner.end()
  await services.close()
  await rm(folder, { recursive: true })
})

let scope: Scope
beforeEach(async () => {
  scope = await services.addAccount()
})

function record(count: number, of: Scope = scope): Promise<void> {
  return services.store.asAccount(of, async (tx) => {
    const { wrappedKey } = await tx.accounts.get()
    const keys = await services.keyring.account(of.accountId, wrappedKey)
    for (let index = 0; index < count; index += 1) {
      const parties = sealParties(keys, 'fax_1', { from: null, to: '+12025550100' })
      await recordAudit(services, tx, ACTOR, 'fax.accepted', `fax_${index}`, { pages: index }, parties)
    }
  })
}

const leaves = async () =>
  (
    await owner.query<{ index: string; position: string; hash: Buffer; previous: string | null }>(
      'select * from audit_leaf order by index',
    )
  ).rows
const tree = () => services.store.asSystem((tx) => tx.auditLog.readAuditTree())
const latest = () => services.store.asSystem((tx) => tx.auditLog.latestCheckpoint())
const sequence = () => sequenceAll(services, owner)
const checkpoint = async () => {
  await sequence()
  await keepOnce(services, undefined, 0)
}
const exported = () => leavesFor(services, scope, 0, 1_000_000)

test('what is committed becomes leaves, each with the one before it of the same account, and nothing does twice', async () => {
  await sequence()
  const { size } = await tree()
  const other = await services.addAccount()
  await record(2)
  await record(1, other)
  await record(1)
  assert.equal(await sequence(), 4)
  assert.equal(await sequenceAudit(services), 0)
  const own = (await exported()).slice(size)
  assert.deepEqual(
    own.map((leaf) => leaf.own?.previous),
    [null, size, undefined, size + 1],
  )
  assert.equal(own[2]!.own, undefined)
  for (const leaf of own) {
    if (!leaf.own) continue
    assert.deepEqual(hashLeaf(leafBytes(leaf.own.entry!, leaf.own.previous)), leaf.hash)
  }
})

test('an entry whose transaction still runs keeps its place open, whatever is committed after it', async () => {
  await sequence()
  const { size } = await tree()
  const slow = await owner.connect()
  await slow.query('begin')
  const insert = `insert into audit_entry (account_id, mode, at, actor_kind, actor_id, action, subject_id, detail)
    values ($1, 'test', now(), 'system', 'worker', 'slow', null, '{}')`
  await slow.query(insert, [scope.accountId])
  await record(1)
  assert.equal(await sequenceAudit(services), 0)
  await slow.query('commit')
  slow.release()
  assert.equal(await sequence(), 2)
  const own = (await exported()).slice(size)
  assert.deepEqual(
    own.map((leaf) => leaf.own?.entry?.action),
    ['slow', 'fax.accepted'],
  )
})

test('of several processes one appends at a time, and all of it is appended once', async () => {
  await record(2_500)
  const before = (await tree()).size
  const counts = await Promise.all(Array.from({ length: 4 }, () => sequenceAudit(services)))
  const rest = await sequence()
  const { size, frontier } = await tree()
  assert.ok(size >= before + 2_500, `${counts} and ${rest}`)
  const rows = await leaves()
  assert.deepEqual(
    rows.map((row) => Number(row.index)),
    rows.map((_, index) => index),
  )
  assert.equal(new Set(rows.map((row) => row.position)).size, rows.length)
  assert.equal(frontier.length, size.toString(2).replaceAll('0', '').length)
})

test('a checkpoint is signed when the log grew and the last one is old, and says the root of all leaves', async () => {
  await record(3)
  await checkpoint()
  const first = (await latest())!
  assert.equal(first.size, (await tree()).size)
  assert.deepEqual(first.root, treeHash((await leaves()).map(({ hash }) => hash)))
  const [text] = first.note.split('\n\n')
  assert.match(text!, /^answerback\.audit\/[0-9a-f]{16}\n\d+\n[A-Za-z0-9+/]{43}=\ntime 2026-01-/)

  assert.equal(await signCheckpoint(services), undefined, 'nothing new')
  await record(1)
  await keepOnce(services, undefined, CHECKPOINT_INTERVAL_MS)
  assert.equal((await latest())!.size, first.size, 'too soon')
  await services.clock.advance(CHECKPOINT_INTERVAL_MS)
  await keepOnce(services, undefined, CHECKPOINT_INTERVAL_MS)
  assert.equal((await latest())!.size, first.size + 1)
})

test('checkpoints are also appended to a file, after a broken line and after times without it', async () => {
  const path = join(folder, 'checkpoints.jsonl')
  await record(1)
  await checkpoint()
  await writeFile(path, '{"size":1,"no')
  await keepOnce(services, openCheckpointFile(path), 0)
  await record(1)
  await keepOnce(services, openCheckpointFile(path), 0)
  const [cut, ...lines] = (await readFile(path, 'utf8')).trimEnd().split('\n')
  assert.equal(cut, '{"size":1,"no')
  const { rows } = await owner.query('select note from audit_checkpoint order by size')
  assert.deepEqual(
    lines.map((line) => JSON.parse(line).note),
    rows.map(({ note }) => note),
  )
  await keepOnce(services, openCheckpointFile(join(folder, 'no/such/folder')), 0)
  assert.match(services.logText(), /audit_log\.checkpoints_not_exported/)
})

test('when the server stops, what it did last is signed', async () => {
  const stopping = new AbortController()
  await record(1)
  await checkpoint()
  const kept = keepAuditLog(services, undefined, stopping.signal)
  await record(1)
  stopping.abort()
  await kept
  assert.equal((await latest())!.size, (await tree()).size)
})

test('entries of a database that was restored from a dump, and now counts transactions anew, are not forgotten', async () => {
  await sequence()
  const { size } = await tree()
  // As after a restore: the log ends at a transaction that this cluster is far from, and so does an entry that had no place yet.
  await owner.query(`update audit_tree set settled_xid = '9000000000'`)
  await owner.query(
    `insert into audit_entry (account_id, mode, at, actor_kind, actor_id, action, detail, xid)
     values ($1, 'test', now(), 'system', 'worker', 'old', '{}', '9000000001')`,
    [scope.accountId],
  )
  await record(1)
  assert.equal(await sequence(), 2)
  await record(1)
  assert.equal(await sequence(), 1)
  const own = (await exported()).slice(size)
  assert.deepEqual(
    own.map((leaf) => leaf.own?.entry?.action),
    ['fax.accepted', 'old', 'fax.accepted'],
  )
})

test('since when an entry waits to be logged is told, also right after a restore', async () => {
  await sequence()
  const waiting = () => services.store.asSystem((tx) => tx.auditLog.oldestWaiting())
  assert.equal(await waiting(), undefined)
  await record(2)
  const { rows } = await owner.query(
    'select min(at) as at from audit_entry entry where not exists (select from audit_leaf leaf where leaf.position = entry.position)',
  )
  assert.deepEqual(await waiting(), rows[0].at)
  await sequence()
  assert.equal(await waiting(), undefined)

  await owner.query(`update audit_tree set settled_xid = '9100000000'`)
  await owner.query(
    `insert into audit_entry (account_id, mode, at, actor_kind, actor_id, action, detail, xid)
     values ($1, 'test', '2026-01-01T00:00:00Z', 'system', 'worker', 'old', '{}', '9100000001')`,
    [scope.accountId],
  )
  assert.deepEqual(await waiting(), new Date('2026-01-01T00:00:00Z'))
  await sequence()
  assert.equal(await waiting(), undefined)
})

test('neither the server nor the owner of the database changes the log without taking the trigger away', async () => {
  const app = new pg.Pool({ ...database.app, max: 1 })
  for (const table of ['audit_leaf', 'audit_subtree', 'audit_checkpoint', 'audit_key']) {
    for (const pool of [app, owner])
      await assert.rejects(
        pool.query(`delete from ${table}`),
        /append-only|permission denied|never replaced/,
        table,
      )
  }
  await app.end()
})

test('a log that was rewritten is not signed', async () => {
  await record(2)
  await checkpoint()
  const before = (await latest())!
  await owner.query('alter table audit_leaf disable trigger user')
  await owner.query('update audit_leaf set hash = sha256(hash) where index = $1', [before.size - 1])
  await owner.query('alter table audit_leaf enable trigger user')
  await record(1)
  await sequence()
  await assert.rejects(signCheckpoint(services), /not what its last checkpoint said/)
  await checkpoint()
  assert.match(services.logText(), /audit_log\.fault/)
  assert.deepEqual(await latest(), before)
})
