import { DEFAULT_PROFILE, type Trunk, type TrunkSettings } from '../../src/domain/trunks/trunk.ts'

export const TRUNK_SETTINGS: TrunkSettings = {
  name: 'Carrier',
  enabled: true,
  order: 100,
  registration: 'static',
  host: 'sip.carrier.example',
  port: 5060,
  transport: 'udp',
  username: null,
  realm: null,
  fromDomain: null,
  outboundProxy: null,
  numberFormat: { style: 'e164' },
  profile: DEFAULT_PROFILE,
  callerId: null,
  assertedIdentity: null,
  concurrency: 2,
  callsPerSecond: 1,
  prefixes: { include: [], exclude: [] },
  inbound: { allowedSources: [], dids: [] },
}

/** A trunk that may be used, but for what `settings` say. */
export function trunkOf(id: string, settings: Partial<TrunkSettings> = {}): Trunk {
  const acknowledgement = { mediaProtection: 'none', at: new Date(0), by: 'key_test' } as const
  return { id, settings: { ...TRUNK_SETTINGS, ...settings }, acknowledgement }
}
