/** What people have done with a received fax. */
export const MARKS = ['new', 'in_review', 'done', 'spam'] as const
export type Mark = (typeof MARKS)[number]

export const PRIORITIES = ['normal', 'urgent'] as const
export type Priority = (typeof PRIORITIES)[number]

/** How long a fax may lie before somebody takes it up, minutes, by priority. */
export interface ServiceLevel {
  readonly urgentMinutes: number
  readonly normalMinutes: number
}

/** An hour for what is urgent, a day for the rest. */
export const DEFAULT_SERVICE_LEVEL: ServiceLevel = { urgentMinutes: 60, normalMinutes: 24 * 60 }

/** When a fax that came at `from` must have been taken up. */
export function dueAt(level: ServiceLevel, priority: Priority, from: Date): Date {
  const minutes = priority === 'urgent' ? level.urgentMinutes : level.normalMinutes
  return new Date(from.getTime() + minutes * 60_000)
}

/** Somebody is at it, or it needs nobody: the clock has stopped. */
export function isTakenUp(mark: Mark): boolean {
  return mark !== 'new'
}
