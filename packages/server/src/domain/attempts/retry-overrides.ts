import type { RetryPolicy, RetryRule } from './retry-policy.ts'

/** Single figures of a retry policy, as an operator or an account sets them. */
export interface RetryOverrides {
  readonly rules?: Partial<RetryPolicy['rules']>
  readonly dialsMax?: number
  readonly triesMax?: number
  readonly afterData?: RetryPolicy['afterData']
}

const RULE_NAMES: readonly (keyof RetryPolicy['rules'])[] = [
  'busy',
  'no_answer',
  'no_carrier',
  'congestion',
  'dropped',
  'protocol',
  'carrier_down',
  'no_t38',
  'local',
]
const DELAY_SECONDS_MAX = 86_400
const CALLS_MAX = 100

/** Reads overrides from outside. Returns the JSON path of the first value that does not fit instead of guessing. */
export function parseRetryOverrides(value: unknown): { overrides: RetryOverrides } | { field: string } {
  if (!isRecord(value)) return { field: 'retry' }
  const unknownName = Object.keys(value).find(
    (name) => !['rules', 'dialsMax', 'triesMax', 'afterData'].includes(name),
  )
  if (unknownName !== undefined) return { field: `retry.${unknownName}` }
  const { rules, dialsMax, triesMax, afterData } = value
  if (dialsMax !== undefined && !isWhole(dialsMax, 1, CALLS_MAX)) return { field: 'retry.dialsMax' }
  if (triesMax !== undefined && !isWhole(triesMax, 1, CALLS_MAX)) return { field: 'retry.triesMax' }
  if (afterData !== undefined && afterData !== 'resume' && afterData !== 'never') {
    return { field: 'retry.afterData' }
  }
  const wrongRule = rules === undefined ? undefined : findWrongRule(rules)
  if (wrongRule !== undefined) return { field: wrongRule }
  return { overrides: value as RetryOverrides }
}

function findWrongRule(rules: unknown): string | undefined {
  if (!isRecord(rules)) return 'retry.rules'
  for (const [name, rule] of Object.entries(rules)) {
    if (!RULE_NAMES.includes(name as keyof RetryPolicy['rules']) || !isRule(rule))
      return `retry.rules.${name}`
  }
  return undefined
}

function isRule(rule: unknown): rule is RetryRule {
  return (
    isRecord(rule) &&
    Object.keys(rule).length === 2 &&
    isWhole(rule.delaySeconds, 0, DELAY_SECONDS_MAX) &&
    isWhole(rule.retriesMax, 0, CALLS_MAX)
  )
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isWhole(value: unknown, from: number, to: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to
}

/** `overrides` laid over `policy`, figure by figure. */
export function overrideRetry(policy: RetryPolicy, overrides: RetryOverrides | undefined): RetryPolicy {
  if (!overrides) return policy
  return { ...policy, ...overrides, rules: { ...policy.rules, ...overrides.rules } }
}
