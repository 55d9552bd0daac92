import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readListFields, readNumberNames } from '../../src/adapters/ifax/inbound-fields.ts'
import { Problem } from '../../src/domain/problem/problem.ts'

const NAMES = [
  'numberId',
  'orderId',
  'markedAs',
  'startDate',
  'endDate',
  'sortBy',
  'lastFaxId',
  'limit',
] as const
const SETTINGS = [{}, { timeZone: 'America/New_York' }, { ifaxMarkedAs: 'marked' }] as const

test('whatever stands in the fields, a list is asked for or refused by the name of a field', () => {
  const value = fc.oneof(
    fc.anything({ withBigInt: true }),
    fc.string(),
    fc.integer(),
    fc.date().map((date) => (Number.isNaN(date.getTime()) ? '' : date.toISOString())),
    fc.constantFrom('Done', '05/03/2024', '02/30/2024', 'newest', '9100000000000000001', 9.1e18, '__proto__'),
  )
  const fields = fc.record(Object.fromEntries(NAMES.map((name) => [name, value])), { requiredKeys: [] })
  let asked = 0
  fc.assert(
    fc.property(fields, fc.constantFrom(...SETTINGS), (given, settings) => {
      for (const read of [() => readListFields(given, settings).query, () => readNumberNames(given)]) {
        try {
          const result = read()
          asked += 1
          if ('limit' in result) assert.ok(result.limit >= 1 && result.limit <= 500)
          else assert.ok(Number.isSafeInteger(result.numberId))
        } catch (error) {
          assert.ok(error instanceof Problem, String(error))
          assert.ok(NAMES.some((name) => name === error.field))
        }
      }
    }),
    { numRuns: 2_000 },
  )
  assert.ok(asked > 20, `${asked} were understood`)
})

test('no filter is every mark, newest first, a hundred rows', () => {
  assert.deepEqual(readListFields({}, {}).query, { order: 'newest', limit: 100 })
  assert.deepEqual(readListFields({ limit: '', lastFaxId: '0', markedAs: null }, {}).query, {
    order: 'newest',
    limit: 100,
  })
})

test('everything that can be asked for reaches the query', () => {
  const fields = {
    startDate: '11/25/2026',
    endDate: '11/25/2026',
    sortBy: 'Oldest',
    lastFaxId: '1000001',
    limit: 5,
    markedAs: 'spam',
  }
  assert.deepEqual(readListFields(fields, { timeZone: 'America/New_York' }).query, {
    order: 'oldest',
    limit: 5,
    endedFrom: new Date('2026-11-25T05:00:00Z'),
    endedBefore: new Date('2026-11-26T05:00:00Z'),
    marks: ['spam'],
    lastJobId: 1000001,
  })
})
