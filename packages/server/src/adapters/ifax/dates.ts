import { Problem } from '../../domain/problem.ts'

/**
 * A day of a list's filter: `MM/DD/YYYY` as iFax has it, or ISO 8601 with or without a time. Days are UTC.
 * Returns the first instant of the day (or the instant given) and whether a whole day was meant.
 */
export function parseListDate(value: unknown, field: string): { at: Date; wholeDay: boolean } | undefined {
  if (value === undefined || value === null || value === '') return undefined
  const text = typeof value === 'string' ? value.trim() : ''
  const american = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(text)
  if (american) return { at: day(american[3]!, american[1]!, american[2]!, field), wholeDay: true }
  const iso = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)
  if (iso) return { at: day(iso[1]!, iso[2]!, iso[3]!, field), wholeDay: true }
  return { at: instant(text, field), wholeDay: false }
}

/** `send_at`: an instant, UTC when it names no zone. */
export function parseSendAt(value: unknown): Date | undefined {
  if (value === undefined || value === null || value === '') return undefined
  return instant(typeof value === 'string' ? value.trim() : '', 'send_at')
}

/** Exclusive end of a filter: the day named as the last one is included. */
export function endOf(date: { at: Date; wholeDay: boolean }): Date {
  return new Date(date.at.getTime() + (date.wholeDay ? 24 * 3_600_000 : 1))
}

const INSTANT = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)(Z|[+-]\d{2}:?\d{2})?$/i

function instant(text: string, field: string): Date {
  const parts = INSTANT.exec(text)
  const time = parts ? new Date(`${parts[1]}T${parts[2]}${parts[3] ?? 'Z'}`.toUpperCase()) : undefined
  if (!time || Number.isNaN(time.getTime())) {
    throw new Problem('request.invalid', {
      field,
      detail: `"${field}" must be a time such as 2030-01-31T09:30:00Z${field === 'send_at' ? '' : ' or a day, MM/DD/YYYY'}.`,
    })
  }
  return time
}

function day(year: string, month: string, date: string, field: string): Date {
  const at = new Date(Date.UTC(Number(year), Number(month) - 1, Number(date)))
  // `Date.UTC` rolls 02/30 over into March; a filter that does is not what was meant.
  if (at.getUTCMonth() !== Number(month) - 1 || at.getUTCDate() !== Number(date)) {
    throw new Problem('request.invalid', {
      field,
      detail: `"${field}" is not a day of the calendar (MM/DD/YYYY).`,
    })
  }
  return at
}
