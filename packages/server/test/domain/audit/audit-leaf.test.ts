import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { canonicalJson, type LoggedEntry, leafBytes } from '../../../src/domain/audit/audit-leaf.ts'

const ENTRY: LoggedEntry = {
  position: 7,
  accountId: 'acc_zebra',
  mode: 'test',
  at: '2026-01-02T12:00:00.000001Z',
  actorKind: 'key',
  actorId: 'key_1',
  requestId: null,
  action: 'fax.accepted',
  subjectId: 'fax_1',
  detail: { pages: 2, cover: { b: 1, a: [null, true] } },
  salt: '00000000-0000-4000-8000-000000000000',
  partiesSealed: Buffer.from('sealed +12025550100'),
}

test('a leaf is one canonical line, with a commitment where the parties would be', () => {
  const commitment = 'tnPVbxGcSZlxq+5Ml79rlNdKdOHdiAHYNDBnQARHGpg='
  const leaf = leafBytes(ENTRY, 3).toString()
  assert.equal(
    leaf.replace(/[A-Za-z0-9+/]{43}=/, commitment),
    '["answerback-audit/1",7,"acc_zebra","test","2026-01-02T12:00:00.000001Z","key","key_1",null,"fax.accepted","fax_1",' +
      `{"cover":{"a":[null,true],"b":1},"pages":2},"${commitment}",3]`,
  )
  assert.ok(!leaf.includes('2025550100') && !leaf.includes(ENTRY.salt))
})

test('whatever is changed of an entry, or of its place, changes its leaf', () => {
  const before = leafBytes(ENTRY, 3)
  const changes: Partial<LoggedEntry>[] = [
    { position: 8 },
    { accountId: 'acc_other' },
    { mode: 'live' },
    { at: '2026-01-02T12:00:00.000002Z' },
    { actorKind: 'user' },
    { actorId: 'key_2' },
    { requestId: '' },
    { action: 'fax.canceled' },
    { subjectId: null },
    { detail: { pages: '2', cover: { b: 1, a: [null, true] } } },
    { salt: '00000000-0000-4000-8000-000000000001' },
    { partiesSealed: null },
  ]
  const leaves = changes.map((change) => leafBytes({ ...ENTRY, ...change }, 3))
  for (const leaf of [...leaves, leafBytes(ENTRY, 2), leafBytes(ENTRY, null)])
    assert.notDeepEqual(leaf, before)
})

test('canonical JSON does not depend on the order of members, and reads back as the same value', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(value)
      assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(value)))
      assert.equal(canonicalJson(shuffled(JSON.parse(text))), text)
    }),
    { numRuns: 300 },
  )
})

function shuffled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shuffled)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, item]) => [name, shuffled(item)]),
  )
}
