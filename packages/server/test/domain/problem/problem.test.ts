import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { fixOf, PROBLEMS, Problem } from '../../../src/domain/problem/problem.ts'

const FOLDER = join(import.meta.dirname, '../../../src/domain/problem')

test('every code stands in exactly one of the tables, and none of the tables is forgotten', async () => {
  const tables = readdirSync(FOLDER).filter((name) => name.endsWith('-problems.ts'))
  assert.ok(tables.length > 1, 'no tables found')
  const codes: string[] = []
  for (const name of tables) {
    const exported = Object.values(await import(join(FOLDER, name))) as Record<string, unknown>[]
    codes.push(...exported.flatMap((table) => Object.keys(table)))
  }
  assert.deepEqual(codes.toSorted(), Object.keys(PROBLEMS).toSorted())
})

test('nobody is sent to a field where none is named', () => {
  assert.match(fixOf(new Problem('request.invalid', { field: 'to' })), /field named in "field"/)
  for (const code of Object.keys(PROBLEMS) as (keyof typeof PROBLEMS)[]) {
    // What is missing or not known always has a name.
    if (/^request\.(missing|unknown)_field$/.test(code)) continue
    assert.doesNotMatch(fixOf(new Problem(code)), /^Correct the field/, code)
  }
})
