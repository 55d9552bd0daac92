import type { ComplianceFacts } from './facts.ts'

export type Outcome = 'pass' | 'fail' | 'not_applicable'

export interface Finding {
  readonly outcome: Outcome
  /** What was seen: counts, ids of our own, ages; never a name, a number or a path. */
  readonly observed: string
  /** What to do about a failure. */
  readonly fix: string | null
}

/** A question whose answer is looked up each time it is asked. */
export interface Check {
  /** Stable. */
  readonly id: string
  readonly title: string
  /** Of 45 CFR, or of the rule proposed in 90 FR 898. */
  readonly citations: readonly string[]
  readonly judge: (facts: ComplianceFacts) => Finding
}

export function pass(observed: string): Finding {
  return { outcome: 'pass', observed, fix: null }
}

export function fail(observed: string, fix: string): Finding {
  return { outcome: 'fail', observed, fix }
}

export function notApplicable(observed: string): Finding {
  return { outcome: 'not_applicable', observed, fix: null }
}

/** Judges by the production standard alone: a developer's machine is let off, and says so. */
export function inProduction(judge: Check['judge']): Check['judge'] {
  return (facts) =>
    facts.standard === 'production' ? judge(facts) : notApplicable('Asked of production only.')
}

/** Passes when there is none of them; names some otherwise. */
export function noneOf(offenders: readonly string[], none: string, some: string, fix: string): Finding {
  if (offenders.length === 0) return pass(none)
  const named = offenders.slice(0, NAMED_MAX).join(', ')
  const rest = offenders.length > NAMED_MAX ? ` and ${offenders.length - NAMED_MAX} more` : ''
  return fail(`${some}: ${named}${rest}.`, fix)
}

const NAMED_MAX = 5

export function days(ms: number): number {
  return Math.floor(ms / DAY_MS)
}

export const MINUTE_MS = 60_000
export const HOUR_MS = 60 * MINUTE_MS
export const DAY_MS = 24 * HOUR_MS
