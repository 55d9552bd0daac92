import assert from 'node:assert/strict'
import { test } from 'node:test'
import { destructionCounts } from '../../../src/domain/retention/destruction-counts.ts'

const noteOf = (statement: object) => `${JSON.stringify(statement)}\n\n— answerback.audit/0 AAAA\n`

test('a certificate says how many were sent and how many received', () => {
  assert.deepEqual(destructionCounts(noteOf({ sent: 2, received: 1, faxes: [] })), { sent: 2, received: 1 })
  const account = { faxes: 5, sent: 3, received: 2, documents: 9 }
  assert.deepEqual(destructionCounts(noteOf({ account })), { sent: 3, received: 2 })
})

test('of one that was made before they said so, ids tell it, and of a closed account nothing does', () => {
  const faxes = [{ id: 'fax_1' }, { id: 'inb_1' }, { id: 'fax_2' }]
  assert.deepEqual(destructionCounts(noteOf({ faxes })), { sent: 2, received: 1 })
  assert.equal(destructionCounts(noteOf({ account: { faxes: 5, documents: 9 } })), undefined)
})
