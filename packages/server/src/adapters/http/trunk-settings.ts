import type { Static } from 'typebox'
import type { E164 } from '../../domain/numbers/number.ts'
import type { NumberFormat } from '../../domain/numbers/number-format.ts'
import { DEFAULT_PROFILE, type TrunkSettings } from '../../domain/trunks/trunk.ts'
import type { CreateTrunkBody, UpdateTrunkBody } from './schemas/trunk.ts'

type Create = Static<typeof CreateTrunkBody>
type Update = Static<typeof UpdateTrunkBody>

const SIPS_PORT = 5061
const SIP_PORT = 5060

/** What a new trunk starts from where the request is silent. */
export function newTrunkSettings(body: Create): TrunkSettings {
  const { name, registration, host } = body
  const transport = body.transport ?? 'udp'
  const start: TrunkSettings = {
    name,
    registration,
    host,
    transport,
    enabled: true,
    order: 100,
    port: transport === 'tls' ? SIPS_PORT : SIP_PORT,
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
  return changedTrunkSettings(start, body)
}

/** Fields that are absent stay; within `numberFormat`, `profile`, `prefixes` and `inbound`, too. */
export function changedTrunkSettings(before: TrunkSettings, body: Update): TrunkSettings {
  const { secret: _, numberFormat, profile, prefixes, inbound, callerId, assertedIdentity, ...plain } = body
  return {
    ...before,
    ...plain,
    ...(callerId === undefined ? {} : { callerId: callerId as E164 | null }),
    ...(assertedIdentity === undefined ? {} : { assertedIdentity: assertedIdentity as E164 | null }),
    numberFormat: numberFormat ? changedFormat(before.numberFormat, numberFormat) : before.numberFormat,
    profile: { ...before.profile, ...profile },
    prefixes: { ...before.prefixes, ...prefixes },
    inbound: { ...before.inbound, ...inbound },
  }
}

function changedFormat(before: NumberFormat, change: NonNullable<Update['numberFormat']>): NumberFormat {
  const held: NonNullable<Update['numberFormat']> = before
  const { style, countryCode, nationalPrefix, internationalPrefix, prefix } = { ...held, ...change }
  switch (style) {
    case 'national':
      return {
        style,
        countryCode: countryCode ?? '',
        nationalPrefix: nationalPrefix ?? '',
        internationalPrefix: internationalPrefix ?? '00',
      }
    case 'digits':
      return { style, prefix: prefix ?? '' }
    default:
      return { style: style ?? 'e164' }
  }
}
