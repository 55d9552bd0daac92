export const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const
export type Weekday = (typeof WEEKDAYS)[number]

/**
 * Hours of a week on the wall of a time zone. A window that ends at or before its beginning runs across midnight and belongs to the
 * day it begins on: `fri 22:00–06:00` ends on Saturday at 06:00, and `mon 00:00–00:00` is all of Monday.
 */
export interface WeeklySchedule {
  /** IANA name. */
  readonly timeZone: string
  readonly days: readonly Weekday[]
  /** `HH:MM`, included. */
  readonly from: string
  /** `HH:MM`, excluded. */
  readonly to: string
}

/** What a clock on a wall shows. */
export interface WallTime {
  /** 0: Sunday. */
  readonly day: number
  /** Minutes since midnight. */
  readonly minute: number
}

const TIME_SHAPE = /^(?:[01]\d|2[0-3]):[0-5]\d$/

export function isTimeOfDay(text: string): boolean {
  return TIME_SHAPE.test(text)
}

export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

/** @param timeZone IANA name */
export function wallTime(at: Date, timeZone: string): WallTime {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
  const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]))
  return {
    day: WEEKDAYS.indexOf((parts.weekday ?? '').toLowerCase() as Weekday),
    minute: Number(parts.hour) * 60 + Number(parts.minute),
  }
}

/** Whether a moment, as `wallTime` tells it in the schedule's own time zone, lies in one of its windows. */
export function isWithin(schedule: WeeklySchedule, { day, minute }: WallTime): boolean {
  const from = minutesOf(schedule.from)
  const to = minutesOf(schedule.to)
  const began = (on: number) => schedule.days.includes(WEEKDAYS[(on + 7) % 7]!)
  if (from < to) return began(day) && minute >= from && minute < to
  return (began(day) && minute >= from) || (began(day - 1) && minute < to)
}

function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3))
}
