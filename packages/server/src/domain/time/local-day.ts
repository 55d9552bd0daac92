/** Zones are at most 14 hours from UTC; the rest is for a day that a zone left out (Samoa had no 30 December 2011). */
const REACH_MS = 40 * 3_600_000
const SECOND = 1_000

/**
 * The first instant of a calendar day in a time zone. Midnight itself does not exist on some days of a change to summer time, and a
 * day that a zone left out begins with the next one.
 * @param month 1 to 12
 * @param timeZone IANA name
 * @returns `undefined` when the calendar has no such day
 */
export function startOfDay(year: number, month: number, day: number, timeZone = 'UTC'): Date | undefined {
  const midnight = utcDay(year, month, day)
  // `Date.UTC` rolls 30 February over into March; a filter that does is not what was meant.
  if (new Date(midnight).getUTCMonth() !== month - 1 || new Date(midnight).getUTCDate() !== day)
    return undefined
  if (timeZone === 'UTC') return new Date(midnight)
  const dayOf = dayReader(timeZone)
  // The date on the wall never goes back by a day, so the first second of a day is found by halving.
  let before = midnight - REACH_MS
  let within = midnight + REACH_MS
  while (within - before > SECOND) {
    const middle = before + Math.floor((within - before) / 2 / SECOND) * SECOND
    if (dayOf(middle) >= midnight) within = middle
    else before = middle
  }
  return new Date(within)
}

/** The day after, by the calendar. */
export function startOfNextDay(year: number, month: number, day: number, timeZone = 'UTC'): Date | undefined {
  const next = new Date(utcDay(year, month, day + 1))
  return startOfDay(next.getUTCFullYear(), next.getUTCMonth() + 1, next.getUTCDate(), timeZone)
}

/** A calendar day as the instant it begins in UTC: comparable, and years below 100 are themselves. */
function utcDay(year: number, month: number, day: number): number {
  return new Date(0).setUTCFullYear(year, month - 1, day)
}

function dayReader(timeZone: string): (timeMs: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    era: 'short',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
  })
  return (timeMs) => {
    const parts = new Map(format.formatToParts(timeMs).map(({ type, value }) => [type, value]))
    const year = Number(parts.get('year'))
    return utcDay(
      parts.get('era') === 'BC' ? 1 - year : year,
      Number(parts.get('month')),
      Number(parts.get('day')),
    )
  }
}
