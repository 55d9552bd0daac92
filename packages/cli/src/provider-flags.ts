import { bodyOf, type Flag, type GivenFlags } from './flags.ts'

/** Flags of `provider add` and `provider change`. Those that trunks have as well are declared with theirs. */
const FLAGS = {
  'base-url': { path: 'baseUrl', kind: 'text' },
  'caller-id': { path: 'callerId', kind: 'clearable' },
  concurrency: { path: 'concurrency', kind: 'number' },
  simulated: { path: 'simulated', kind: 'boolean' },
  enabled: { path: 'enabled', kind: 'boolean' },
} as const satisfies Record<string, Flag>

/** For `parseArgs`. The keys come in files: a command line is seen by every user of the machine. */
export const PROVIDER_OPTIONS = {
  'base-url': { type: 'string' },
  simulated: { type: 'string' },
  'api-key-file': { type: 'string' },
  'hook-auth-file': { type: 'string' },
  'no-hook-auth': { type: 'boolean' },
} as const

/** The request that the flags stand for: only what was given, and no key. */
export function providerBody(options: GivenFlags): Record<string, unknown> {
  return bodyOf(FLAGS, options)
}
