import assert from 'node:assert/strict'
import { test } from 'node:test'
import { endOf, parseListDate } from '../../src/adapters/ifax/dates.ts'
import { Problem } from '../../src/domain/problem.ts'

test('05/03/2024 is the third of May, the whole day long', () => {
  const date = parseListDate('05/03/2024', 'startDate')!
  assert.equal(date.at.toISOString(), '2024-05-03T00:00:00.000Z')
  assert.equal(endOf(date).toISOString(), '2024-05-04T00:00:00.000Z')
})

test('ISO days and instants are understood too', () => {
  assert.equal(parseListDate('2024-05-03', 'startDate')?.at.toISOString(), '2024-05-03T00:00:00.000Z')
  const instant = parseListDate('2024-05-03T10:00:00Z', 'startDate')
  assert.deepEqual([instant?.at.toISOString(), instant?.wholeDay], ['2024-05-03T10:00:00.000Z', false])
})

test('days that are not in the calendar are refused by field', () => {
  for (const text of ['13/01/2024', '02/30/2024', '2024-02-30', 'yesterday', '1/2/24']) {
    assert.throws(
      () => parseListDate(text, 'endDate'),
      (error) => error instanceof Problem && error.field === 'endDate',
      text,
    )
  }
})
