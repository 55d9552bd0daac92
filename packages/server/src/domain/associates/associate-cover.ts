import { type Day, daysBetween, nextDay } from '../time/calendar-day.ts'
import { type Associate, coverOf } from './associate.ts'

/** Days before the end of a cover at which somebody is told; 0: it is over. */
const WARNING_DAYS = [60, 30, 7, 0] as const
export type WarningDays = (typeof WARNING_DAYS)[number]

/**
 * The last day on which an associate is covered without a gap from `day` on; `null`: no end is known. `undefined`: it is not covered on `day`.
 * A renewal that begins the day after the old contract ends leaves no gap.
 */
export function coveredUntil(associate: Associate, day: Day): Day | null | undefined {
  if (coverOf(associate, day) === undefined) return undefined
  let last = day
  // Each pass goes to the end of one contract or exception at least, so there are as many passes as ends at most.
  for (;;) {
    const end = furthestEnd(associate, last)
    if (end === null) return null
    const next = nextDay(end)
    if (coverOf(associate, next) === undefined) return end
    last = next
  }
}

function furthestEnd({ agreements, exception }: Associate, day: Day): Day | null {
  const holding = agreements.filter((agreement) => coverOf(only(agreement), day) !== undefined)
  if (holding.some(({ expiresOn }) => expiresOn === null)) return null
  const ends = holding.map(({ expiresOn }) => expiresOn!)
  if (exception && day <= exception.until) ends.push(exception.until)
  return latest(ends)
}

function only(agreement: Associate['agreements'][number]): Associate {
  const ties = { trunkIds: [], providerIds: [], webhookHosts: [], systems: [] }
  return { id: '', ties, agreements: [agreement], exception: null, endedAt: null }
}

export interface CoverWarning {
  /** The last day of the cover. */
  readonly until: Day
  /** The nearest of `WARNING_DAYS` that is reached. */
  readonly threshold: WarningDays
  /** Whole days left; negative once it is over. */
  readonly daysLeft: number
}

/** Tells two warnings of an associate apart. */
export function warningMark({ until, threshold }: CoverWarning): string {
  return `${until}/${threshold}`
}

/** What somebody should be told of an associate on a day, if anything. One that never was covered is the gate's affair. */
export function coverWarning(associate: Associate, day: Day): CoverWarning | undefined {
  if (associate.endedAt !== null) return undefined
  const until = coveredUntil(associate, day)
  if (until === null) return undefined
  if (until === undefined) return expired(associate, day)
  const daysLeft = daysBetween(day, until)
  const threshold = WARNING_DAYS.filter((days) => days > 0 && daysLeft <= days).at(-1)
  return threshold === undefined ? undefined : { until, threshold, daysLeft }
}

function expired({ agreements, exception }: Associate, day: Day): CoverWarning | undefined {
  const ends = [...agreements.map(({ expiresOn }) => expiresOn), exception?.until].filter(
    (end) => end != null && end < day,
  ) as Day[]
  if (ends.length === 0) return undefined
  const until = latest(ends)
  return { until, threshold: 0, daysLeft: daysBetween(day, until) }
}

function latest(days: readonly Day[]): Day {
  return days.toSorted().at(-1)!
}
