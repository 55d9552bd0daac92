import { assertTimeRange } from '../../application/time-range.ts'
import { Problem } from '../../domain/problem/problem.ts'
import { startOfDay, startOfNextDay } from '../../domain/time/local-day.ts'
import type { Fields } from './fields.ts'

/** What a list's filter names: from `from` (included) to `before` (excluded). */
export interface NamedTime {
  readonly from: Date
  /** After the day when a whole day was named, else right after the instant: a last day is included. */
  readonly before: Date
}

/**
 * A day of a list's filter: `MM/DD/YYYY` as iFax has it, or ISO 8601 with or without a time.
 * @param timeZone in which days begin and end; a time without a zone is UTC all the same
 */
export function parseListDate(value: unknown, field: string, timeZone = 'UTC'): NamedTime | undefined {
  if (value === undefined || value === null || value === '') return undefined
  const text = typeof value === 'string' ? value.trim() : ''
  const american = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(text)
  if (american) return day([american[3]!, american[1]!, american[2]!], field, timeZone)
  const iso = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)
  if (iso) return day([iso[1]!, iso[2]!, iso[3]!], field, timeZone)
  const from = instant(text, field)
  return { from, before: new Date(from.getTime() + 1) }
}

/**
 * `startDate` and `endDate` of a list, both of them included.
 * @throws Problem `request.invalid` when they are the wrong way round: the days are, or day and month are, and the list would be empty for ever
 */
export function parseListRange(
  { startDate, endDate }: Fields,
  timeZone?: string,
): { readonly from?: Date; readonly before?: Date } {
  const start = parseListDate(startDate, 'startDate', timeZone)
  const end = parseListDate(endDate, 'endDate', timeZone)
  assertTimeRange({ from: start?.from, until: end?.before }, 'startDate', 'endDate')
  return { ...(start && { from: start.from }), ...(end && { before: end.before }) }
}

/** `send_at`: an instant, UTC when it names no zone. */
export function parseSendAt(value: unknown): Date | undefined {
  if (value === undefined || value === null || value === '') return undefined
  return instant(typeof value === 'string' ? value.trim() : '', 'send_at')
}

const INSTANT = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)(Z|[+-]\d{2}:?\d{2})?$/i

function instant(text: string, field: string): Date {
  const parts = INSTANT.exec(text)
  const time = parts ? new Date(`${parts[1]}T${parts[2]}${parts[3] ?? 'Z'}`.toUpperCase()) : undefined
  if (!parts || !isOfCalendar(parts[1]!) || !time || Number.isNaN(time.getTime())) {
    throw new Problem('request.invalid', {
      field,
      detail: `"${field}" must be a time such as 2030-01-31T09:30:00Z${field === 'send_at' ? '' : ' or a day, MM/DD/YYYY'}.`,
    })
  }
  return time
}

/** JavaScript reads the 31st of February as the 3rd of March: a fax would leave on another day than was said. */
function isOfCalendar(date: string): boolean {
  const at = new Date(`${date}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(date)
}

function day(
  parts: readonly [year: string, month: string, day: string],
  field: string,
  timeZone: string,
): NamedTime {
  const [year, month, date] = parts.map(Number) as [number, number, number]
  const from = startOfDay(year, month, date, timeZone)
  const before = startOfNextDay(year, month, date, timeZone)
  if (from && before) return { from, before }
  throw new Problem('request.invalid', {
    field,
    detail: `"${field}" is not a day of the calendar (MM/DD/YYYY).`,
  })
}
