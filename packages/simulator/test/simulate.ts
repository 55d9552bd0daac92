import type { TestContext } from 'node:test'
import { checkCall } from './check-call.ts'
import { type Climate, type EndedCall, runDrawnCall } from './drawn-call.ts'

export interface Tally {
  readonly calls: number
  readonly outcomes: ReadonlyMap<string, number>
  readonly failures: readonly string[]
}

const FAILURES_MAX = 5
/** Of a fixed start, so that every run makes the same calls; set it to a failed call's seed to make that call alone. */
const FIRST_SEED = Number(process.env.ANSWERBACK_SIM_SEED ?? 1)

/** Calls to make: the default, or its share of what ANSWERBACK_SIM_CALLS asks of the largest simulation. */
export function callCount(byDefault: number, whenFull: number): number {
  const asked = process.env.ANSWERBACK_SIM_CALLS
  if (asked === undefined) return byDefault
  return Math.min(whenFull, Number(asked))
}

/** Makes the calls of so many seeds, checks each, and tells what came of them. */
export function simulate(
  context: TestContext,
  climate: Climate,
  calls: number,
  check: (ended: EndedCall) => void = checkCall,
): Tally {
  const startedMs = performance.now()
  const outcomes = new Map<string, number>()
  const failures: string[] = []
  let made = 0
  let virtualMs = 0
  let longestMs = 0
  for (; made < calls && failures.length < FAILURES_MAX; made++) {
    const seed = FIRST_SEED + made
    const ended = runDrawnCall(seed, climate)
    const outcome = ended.callerEnd?.result ?? 'no end'
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
    virtualMs += ended.call.nowMs
    longestMs = Math.max(longestMs, ended.call.nowMs)
    try {
      check(ended)
    } catch (error) {
      const reason = error instanceof Error ? error.message.split('\n')[0] : String(error)
      failures.push(
        `ANSWERBACK_SIM_SEED=${seed} ANSWERBACK_SIM_CALLS=1: ${reason} (${ended.story}; ${outcome})`,
      )
    }
  }
  const seconds = (performance.now() - startedMs) / 1_000
  const sorted = [...outcomes].sort(([, a], [, b]) => b - a).map(([name, count]) => `${name} ${count}`)
  context.diagnostic(
    `${made} calls from seed ${FIRST_SEED} in ${seconds.toFixed(1)} s (${(made / seconds).toFixed(0)} calls/s), ` +
      `${(virtualMs / 3_600_000).toFixed(1)} h of line, longest ${(longestMs / 1_000).toFixed(0)} s: ${sorted.join(', ')}`,
  )
  return { calls: made, outcomes, failures }
}
