import { bodyOf, type Flag, type GivenFlags } from './flags.ts'

/** Flags of `trunk add` and `trunk change`; `--name` is every command's. */
const FLAGS = {
  host: { path: 'host', kind: 'text' },
  port: { path: 'port', kind: 'number' },
  transport: { path: 'transport', kind: 'text' },
  registration: { path: 'registration', kind: 'text' },
  username: { path: 'username', kind: 'text' },
  realm: { path: 'realm', kind: 'text' },
  'from-domain': { path: 'fromDomain', kind: 'text' },
  'outbound-proxy': { path: 'outboundProxy', kind: 'text' },
  'number-format': { path: 'numberFormat.style', kind: 'text' },
  'country-code': { path: 'numberFormat.countryCode', kind: 'text' },
  'national-prefix': { path: 'numberFormat.nationalPrefix', kind: 'text' },
  'international-prefix': { path: 'numberFormat.internationalPrefix', kind: 'text' },
  'dial-prefix': { path: 'numberFormat.prefix', kind: 'text' },
  t38: { path: 'profile.t38', kind: 'text' },
  't38-version': { path: 'profile.t38Version', kind: 'number' },
  'error-correction': { path: 'profile.errorCorrection', kind: 'text' },
  redundancy: { path: 'profile.redundancy', kind: 'number' },
  'max-datagram': { path: 'profile.maxDatagram', kind: 'number' },
  ecm: { path: 'profile.ecm', kind: 'boolean' },
  'max-bit-rate': { path: 'profile.maxBitRate', kind: 'number' },
  'symmetric-udptl': { path: 'profile.symmetricUdptl', kind: 'boolean' },
  'caller-id': { path: 'callerId', kind: 'text' },
  'asserted-identity': { path: 'assertedIdentity', kind: 'text' },
  concurrency: { path: 'concurrency', kind: 'number' },
  'calls-per-second': { path: 'callsPerSecond', kind: 'number' },
  order: { path: 'order', kind: 'number' },
  enabled: { path: 'enabled', kind: 'boolean' },
  include: { path: 'prefixes.include', kind: 'texts' },
  exclude: { path: 'prefixes.exclude', kind: 'texts' },
  source: { path: 'inbound.allowedSources', kind: 'texts' },
  did: { path: 'inbound.dids', kind: 'texts' },
} as const satisfies Record<string, Flag>

type FlagName = keyof typeof FLAGS
type FlagOptions = {
  readonly [Name in FlagName]: (typeof FLAGS)[Name]['kind'] extends 'texts'
    ? { readonly type: 'string'; readonly multiple: true }
    : { readonly type: 'string' }
}

/** For `parseArgs`. */
export const TRUNK_OPTIONS = Object.fromEntries(
  Object.entries<Flag>(FLAGS).map(([name, { kind }]) => [
    name,
    kind === 'texts' ? { type: 'string', multiple: true } : { type: 'string' },
  ]),
) as FlagOptions

/**
 * The request that the flags stand for: only what was given.
 * @throws UsageError for a number or a yes-or-no that is none
 */
export function trunkBody(options: GivenFlags): Record<string, unknown> {
  return bodyOf(FLAGS, options)
}
