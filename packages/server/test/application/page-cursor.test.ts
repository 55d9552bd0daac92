import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertCursor } from '../../src/application/page-cursor.ts'

const ID = '01jd8x3v6rq4h2m7k9a5c0e1tz'

test('a cursor is the id of a row of that list, or none', () => {
  assertCursor('fax', undefined)
  assertCursor('fax', `fax_${ID}`)
  for (const wrong of ['', 'fax', 'fax_', `inb_${ID}`, `fax_${ID}0`, `fax_${ID}\n`, `xfax_${ID}`, ID]) {
    assert.throws(() => assertCursor('fax', wrong), { code: 'request.invalid', field: 'cursor' })
  }
})
