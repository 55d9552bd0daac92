import type { LimitPolicy } from '../application/services.ts'
import { PREFIX_PATTERN } from '../domain/numbers/destination-rules.ts'
import { QUOTA_NAMES } from '../domain/quota.ts'
import type { Misconfiguration } from './misconfiguration.ts'

/** What accounts may do at most. Every fault goes to `faults`, each with its fix. */
export function readLimitPolicy(
  values: Readonly<Record<string, unknown>>,
  faults: Misconfiguration[],
): LimitPolicy {
  const prefixes = (name: 'allowedDestinations' | 'blockedDestinations', setting: string) => {
    const given = (values[name] as readonly string[] | undefined) ?? []
    if (given.some((prefix) => !new RegExp(PREFIX_PATTERN).test(prefix))) {
      const fix = 'Give beginnings of E.164 numbers, such as +1 or +4420.'
      faults.push({ setting, sentence: 'An entry is no beginning of a number.', fix })
    }
    return given
  }
  return {
    quotas: Object.fromEntries(
      QUOTA_NAMES.flatMap((name) => (values[name] === undefined ? [] : [[name, values[name] as number]])),
    ),
    destinations: {
      allowed: prefixes('allowedDestinations', 'ANSWERBACK_ALLOWED_DESTINATIONS'),
      blocked: prefixes('blockedDestinations', 'ANSWERBACK_BLOCKED_DESTINATIONS'),
    },
    premiumDestinations: values.premiumDestinations === true,
  }
}
