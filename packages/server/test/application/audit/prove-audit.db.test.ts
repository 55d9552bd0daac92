import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import pg from 'pg'
import { keepOnce } from '../../../src/application/audit/keep-audit-log.ts'
import { type AuditProof, proveAudit } from '../../../src/application/audit/prove-audit.ts'
import { recordAudit } from '../../../src/application/record-change.ts'
import { sequenceAll } from '../../support/audit-log.ts'
import { testDatabase } from '../../support/database.ts'
import { ACTOR, createTestServices } from '../../support/services.ts'

const ENTRIES = 700
const database = await testDatabase()
const services = await createTestServices(database)
const owner = new pg.Pool({ ...database.owner, max: 3 })
const scope = await services.addAccount()
const stranger = await services.addAccount()
after(async () => {
  await owner.end()
  await services.close()
})
await services.store.asAccount(scope, async (tx) => {
  for (let index = 0; index < ENTRIES; index += 1)
    await recordAudit(services, tx, ACTOR, 'fax.accepted', `fax_${index}`, { pages: index })
})
await services.store.asAccount(stranger, (tx) =>
  recordAudit(services, tx, ACTOR, 'fax.accepted', 'fax_theirs', {}),
)
await sequenceAll(services, owner)
await keepOnce(services, undefined, 0)
const kept = (await services.store.asSystem((tx) => tx.auditLog.latestCheckpoint()))!
const prove = () => proveAudit(services, scope.accountId, kept)

/** Past the triggers, as whoever owns the database may, and back again. */
async function changed(text: string, undo: string): Promise<AuditProof> {
  const asOwner = async (each: string) => {
    const client = await owner.connect()
    try {
      await client.query(`begin; set local session_replication_role = replica; ${each}; commit`)
    } finally {
      client.release()
    }
  }
  await asOwner(text)
  const proof = await prove()
  await asOwner(undo)
  assert.deepEqual(await prove(), INTACT, undo)
  return proof
}

const size = kept.size
const INTACT: AuditProof = {
  ...{ looked: size, before: 0, entries: ENTRIES, altered: [], unread: 0 },
  ...{ rootHolds: true, keptHolds: true, whole: null },
}
/** A leaf in the middle of a whole block, and one after the last. */
const WHOLE = 300
const LAST = size - 1
const positionOf = async (index: number): Promise<number> =>
  Number((await owner.query('select position from audit_leaf where index = $1', [index])).rows[0].position)

test('an untouched log holds, whole blocks and what comes after them', async () => {
  assert.ok(size > 2 * 256 && size % 256 !== 0)
  assert.deepEqual(await prove(), INTACT)
})

test('an entry that was changed is named, wherever it stands', async () => {
  for (const index of [0, WHOLE, LAST - 1]) {
    const position = await positionOf(index)
    const { altered } = await changed(
      `update audit_entry set detail = detail || '{"zebra": 1}' where position = ${position}`,
      `update audit_entry set detail = detail - 'zebra' where position = ${position}`,
    )
    assert.deepEqual(altered, [position])
  }
})

test('an entry that is gone is named by its leaf', async () => {
  const position = await positionOf(WHOLE)
  const { altered } = await changed(
    `create table kept_entry as select * from audit_entry where position = ${position}; delete from audit_entry where position = ${position}`,
    'insert into audit_entry overriding system value select * from kept_entry; drop table kept_entry',
  )
  assert.deepEqual(altered, [position])
})

test('a leaf that was changed with its entry is found by its block, or by the root', async () => {
  const swap = (index: number) =>
    changed(
      `create table kept_leaf as select * from audit_leaf where index = ${index}; update audit_leaf set hash = decode(repeat('00', 32), 'hex') where index = ${index}`,
      `update audit_leaf set hash = (select hash from kept_leaf) where index = ${index}; drop table kept_leaf`,
    )
  assert.ok((await swap(WHOLE)).altered.length > 0)
  const { altered, rootHolds } = await swap(LAST)
  assert.ok(altered.length > 0 || !rootHolds)
})

test('a leaf of somebody else that was changed is found, though its entry is not ours to see', async () => {
  const { rows } = await owner.query('select index from audit_leaf where account_id = $1', [
    stranger.accountId,
  ])
  const { rootHolds, keptHolds } = await changed(
    `create table kept_leaf as select * from audit_leaf where index = ${rows[0].index}; update audit_leaf set hash = decode(repeat('00', 32), 'hex') where index = ${rows[0].index}`,
    `update audit_leaf set hash = (select hash from kept_leaf) where index = ${rows[0].index}; drop table kept_leaf`,
  )
  assert.deepEqual([rootHolds, keptHolds], [false, false])
})

test('a node above the leaves, the end of the log and its checkpoint do not change unseen', async () => {
  for (const [change, undo] of [
    [
      `create table kept_node as select * from audit_subtree where level = 8 and index = 0; update audit_subtree set hash = decode(repeat('00', 32), 'hex') where level = 8 and index = 0`,
      'update audit_subtree set hash = (select hash from kept_node) where level = 8 and index = 0; drop table kept_node',
    ],
    [
      `create table kept_tree as select * from audit_tree; update audit_tree set frontier = array_fill(decode(repeat('00', 32), 'hex'), array[array_length(frontier, 1)])`,
      'update audit_tree set frontier = (select frontier from kept_tree); drop table kept_tree',
    ],
    [
      `create table kept_tree as select * from audit_tree; update audit_tree set frontier = '{}'`,
      'update audit_tree set frontier = (select frontier from kept_tree); drop table kept_tree',
    ],
    [
      `update audit_checkpoint set note = replace(note, 'time 2', 'time 3') where size = ${size}`,
      `update audit_checkpoint set note = replace(note, 'time 3', 'time 2') where size = ${size}`,
    ],
  ] as const) {
    const { rootHolds } = await changed(change, undo)
    assert.equal(rootHolds, false, change)
  }
})

test('a kept checkpoint of a longer log, or of another key, is not of this log', async () => {
  for (const note of [kept.note.replace(`\n${size}\n`, `\n${size + 1}\n`), 'zebra', '']) {
    const proof = await proveAudit(services, scope.accountId, { size, note })
    assert.deepEqual([proof.rootHolds, proof.keptHolds], [true, false])
  }
  assert.equal((await proveAudit(services, scope.accountId, null)).keptHolds, null)
})
