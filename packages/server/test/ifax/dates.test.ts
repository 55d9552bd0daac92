import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseListDate, parseListRange, parseSendAt } from '../../src/adapters/ifax/dates.ts'
import { Problem } from '../../src/domain/problem/problem.ts'

function range(value: unknown, timeZone?: string): [from: string, before: string] {
  const { from, before } = parseListDate(value, 'startDate', timeZone)!
  return [from.toISOString(), before.toISOString()]
}

test('05/03/2024 is the third of May, the whole day long', () => {
  assert.deepEqual(range('05/03/2024'), ['2024-05-03T00:00:00.000Z', '2024-05-04T00:00:00.000Z'])
})

test('ISO days and instants are understood too', () => {
  assert.deepEqual(range('2024-05-03'), range('05/03/2024'))
  assert.deepEqual(range('2024-05-03T10:00:00Z'), ['2024-05-03T10:00:00.000Z', '2024-05-03T10:00:00.001Z'])
})

test('a day is one of the account’s time zone, and a time says its own', () => {
  assert.deepEqual(range('11/01/2026', 'America/New_York'), [
    '2026-11-01T04:00:00.000Z',
    '2026-11-02T05:00:00.000Z',
  ])
  assert.deepEqual(range('2024-05-03T10:00:00', 'America/New_York'), range('2024-05-03T10:00:00Z'))
})

test('nothing, null and the empty text are no filter', () => {
  for (const value of [undefined, null, '']) assert.equal(parseListDate(value, 'startDate'), undefined)
})

test('days that are not in the calendar are refused by field', () => {
  for (const text of ['13/01/2024', '02/30/2024', '2024-02-30', 'yesterday', '1/2/24', 20240503, {}]) {
    assert.throws(
      () => parseListDate(text, 'endDate'),
      (error) => error instanceof Problem && error.field === 'endDate',
      String(text),
    )
  }
})

test('a time of a day that is not in the calendar is refused, and not taken for a later one', () => {
  for (const text of [
    '2027-02-31 10:00:00',
    '2027-02-29T10:00Z',
    '2027-04-31T23:59:59+02:00',
    '2027-00-10T10:00',
  ]) {
    assert.throws(() => parseSendAt(text), { code: 'request.invalid', field: 'send_at' }, text)
    assert.throws(
      () => parseListDate(text, 'startDate'),
      { code: 'request.invalid', field: 'startDate' },
      text,
    )
  }
  assert.equal(parseSendAt('2028-02-29 23:30:00-02:00')?.toISOString(), '2028-03-01T01:30:00.000Z')
  assert.ok(parseListDate('0001-01-01T00:00:00', 'startDate'), 'what some clients send for no time at all')
})

test('a list whose last day is before its first is refused by its field, and one of a single day is not', () => {
  const days = (startDate: string, endDate: string) => parseListRange({ startDate, endDate })
  assert.throws(() => days('10/03/2024', '05/03/2024'), { code: 'request.invalid', field: 'endDate' })
  const { from, before } = days('05/03/2024', '05/03/2024')
  assert.equal(before!.getTime() - from!.getTime(), 86_400_000)
  assert.deepEqual(parseListRange({ startDate: '', endDate: null }), {})
})
