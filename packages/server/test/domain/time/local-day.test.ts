import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { startOfDay, startOfNextDay } from '../../../src/domain/time/local-day.ts'

const iso = (date: Date | undefined) => date?.toISOString()

test('a day begins when the wall clock of its zone says so', () => {
  assert.equal(iso(startOfDay(2026, 11, 26)), '2026-11-26T00:00:00.000Z')
  assert.equal(iso(startOfDay(2026, 11, 26, 'America/New_York')), '2026-11-26T05:00:00.000Z')
  assert.equal(iso(startOfDay(2026, 7, 1, 'America/New_York')), '2026-07-01T04:00:00.000Z')
  assert.equal(iso(startOfDay(2026, 1, 1, 'Pacific/Kiritimati')), '2025-12-31T10:00:00.000Z')
  assert.equal(iso(startOfNextDay(2026, 12, 31, 'Asia/Kolkata')), '2026-12-31T18:30:00.000Z')
})

test('a day without a midnight begins at its first second, and a day that never was with the next one', () => {
  // Lebanon goes to summer time at 00:00; Samoa crossed the date line at the end of 29 December 2011.
  assert.equal(iso(startOfDay(2022, 3, 27, 'Asia/Beirut')), '2022-03-26T22:00:00.000Z')
  const left = startOfDay(2011, 12, 30, 'Pacific/Apia')
  assert.deepEqual(left, startOfDay(2011, 12, 31, 'Pacific/Apia'))
})

test('the days of a change to summer time and back have 23 and 25 hours', () => {
  const hours = (month: number, day: number) =>
    (startOfNextDay(2026, month, day, 'America/New_York')!.getTime() -
      startOfDay(2026, month, day, 'America/New_York')!.getTime()) /
    3_600_000
  assert.deepEqual([hours(3, 8), hours(11, 1), hours(6, 1)], [23, 25, 24])
})

test('what is not in the calendar is no day', () => {
  for (const [year, month, day] of [
    [2026, 2, 30],
    [2026, 13, 1],
    [2026, 0, 1],
    [2026, 4, 31],
    [2025, 2, 29],
  ] as const) {
    assert.equal(startOfDay(year, month, day, 'Europe/Berlin'), undefined)
  }
  assert.ok(startOfDay(2024, 2, 29, 'Europe/Berlin'))
})

test('days follow each other without a gap, and the second before a day is another day', () => {
  const zones = Intl.supportedValuesOf('timeZone')
  const days = fc.date({ min: new Date('1990-01-01'), max: new Date('2037-12-31'), noInvalidDate: true })
  fc.assert(
    fc.property(days, fc.constantFrom(...zones), (time, timeZone) => {
      const named = [time.getUTCFullYear(), time.getUTCMonth() + 1, time.getUTCDate()] as const
      const start = startOfDay(...named, timeZone)!
      const wall = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' })
      const day = time.toISOString().slice(0, 10)
      assert.ok(wall.format(start) >= day)
      assert.ok(wall.format(start.getTime() - 1_000) < day)
      assert.ok(startOfNextDay(...named, timeZone)! >= start)
    }),
    { numRuns: 300 },
  )
})
