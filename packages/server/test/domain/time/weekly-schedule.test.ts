import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  isWithin,
  WEEKDAYS,
  type WeeklySchedule,
  wallTime,
} from '../../../src/domain/time/weekly-schedule.ts'

const within = (schedule: WeeklySchedule, at: string) =>
  isWithin(schedule, wallTime(new Date(at), schedule.timeZone))

test('a window across midnight belongs to the day it begins on', () => {
  // 2 January 2026 is a Friday.
  const night = { timeZone: 'UTC', days: ['fri'], from: '22:00', to: '06:00' } as const
  assert.ok(within(night, '2026-01-02T22:00:00Z'))
  assert.ok(within(night, '2026-01-03T05:59:59Z'))
  assert.ok(!within(night, '2026-01-03T06:00:00Z'))
  assert.ok(!within(night, '2026-01-02T05:00:00Z'))
  assert.ok(!within(night, '2026-01-03T22:30:00Z'))
})

test('the wall is that of the time zone, on both sides of a change of clocks', () => {
  const office = { timeZone: 'America/New_York', days: ['mon'], from: '08:00', to: '17:00' } as const
  // EST is UTC−5, EDT is UTC−4: the clocks change on 8 March 2026.
  assert.ok(!within(office, '2026-03-02T12:30:00Z'))
  assert.ok(within(office, '2026-03-02T13:00:00Z'))
  assert.ok(within(office, '2026-03-09T12:00:00Z'))
  assert.ok(!within(office, '2026-03-09T21:00:00Z'))
})

test('a window that ends where it begins is a whole day', () => {
  const monday = { timeZone: 'UTC', days: ['mon'], from: '00:00', to: '00:00' } as const
  assert.ok(within(monday, '2026-01-05T00:00:00Z'))
  assert.ok(within(monday, '2026-01-05T23:59:00Z'))
  assert.ok(!within(monday, '2026-01-06T00:00:00Z'))
})

const time = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  .map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':'))

test('a window and its complement cover each minute of the week once', () => {
  const minute = fc.record({ day: fc.integer({ min: 0, max: 6 }), minute: fc.integer({ min: 0, max: 1439 }) })
  fc.assert(
    fc.property(time, time, minute, (from, to, at) => {
      fc.pre(from !== to)
      const all = { timeZone: 'UTC', days: WEEKDAYS }
      assert.notEqual(isWithin({ ...all, from, to }, at), isWithin({ ...all, from: to, to: from }, at))
      assert.ok(isWithin({ ...all, from, to: from }, at))
    }),
  )
})
