/** A day of the calendar in UTC, `2026-01-31`. As texts they are in the order of time. */
export type Day = string

const DAY_MS = 86_400_000
const SHAPE = /^\d{4}-\d{2}-\d{2}$/

/** Whether the text names a day that exists, from the year 1900 on. */
export function isDay(text: string): boolean {
  if (!SHAPE.test(text) || text < '1900') return false
  const at = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(at) && dayOf(new Date(at)) === text
}

export function dayOf(at: Date): Day {
  return at.toISOString().slice(0, 10)
}

export function nextDay(day: Day): Day {
  return dayOf(new Date(Date.parse(day) + DAY_MS))
}

/** Whole days from one to the other; negative when `to` is over. */
export function daysBetween(from: Day, to: Day): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS)
}
