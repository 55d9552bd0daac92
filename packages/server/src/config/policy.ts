import type { Policy } from '../application/services.ts'
import type { BaaGate } from '../domain/associates/party.ts'
import { overrideRetry, parseRetryOverrides } from '../domain/attempts/retry-overrides.ts'
import { DEFAULT_RETRY_POLICY } from '../domain/attempts/retry-policy.ts'
import { readLimitPolicy } from './limits.ts'
import type { Misconfiguration, Profile } from './misconfiguration.ts'
import { readPeoplePolicy } from './people.ts'
import { number, publicUrlOf, type Settings } from './values.ts'

const HOUR_MS = 3_600_000

/** What holds for faxes, documents and people. Every fault goes to `faults`, each with its fix. */
export function readPolicy(values: Settings, profile: Profile, faults: Misconfiguration[]): Policy {
  const retry = parseRetryOverrides(values.retry ?? {})
  if ('field' in retry) {
    const fix = 'See docs/reference/configuration.md for its rules and bounds.'
    faults.push({ setting: retry.field, sentence: 'The value does not fit.', fix })
  }
  return {
    retry: overrideRetry(DEFAULT_RETRY_POLICY, 'field' in retry ? undefined : retry.overrides),
    callsPerDestination: number(values.callsPerDestination, 1),
    faxLifetimeMs: number(values.faxLifetimeHours, 24) * HOUR_MS,
    callDurationMaxMs: number(values.callMinutesMax, 90) * 60_000,
    leaseMs: 20_000,
    duplicateGuardMs: number(values.duplicateGuardMinutes, 5) * 60_000,
    documentBytesMax: number(values.documentMegabytesMax, 50) * 1_048_576,
    documentsPerFaxMax: number(values.documentsPerFaxMax, 20),
    pagesPerFaxMax: number(values.pagesPerFaxMax, 500),
    uploadLifetimeMs: 24 * HOUR_MS,
    fetchTimeoutMs: 20_000,
    loopbackWebhooks: profile === 'development',
    baaGate: (values.baaGate as BaaGate | undefined) ?? (profile === 'development' ? 'warn' : 'enforce'),

    allowedPrivateHosts: (values.allowedPrivateHosts as string[] | undefined) ?? [],
    publicUrl: publicUrlOf(values),
    people: readPeoplePolicy(values, profile, faults),
    limits: readLimitPolicy(values, faults),
  }
}
