import Type, { type TProperties } from 'typebox'
import {
  BIT_RATES,
  DEFAULT_PROFILE,
  ERROR_CORRECTIONS,
  MEDIA_PROTECTIONS,
  REGISTRATIONS,
  T38_MODES,
  TRANSPORTS,
} from '../../../domain/trunks/trunk.ts'
import { Closed, Nullable, Time } from './common.ts'

/** No control characters, quotes or angle brackets: it goes into SIP headers. */
const SIP_TEXT = '^[^\\x00-\\x20"<>\\x7f]+$'
const DIGITS = '^\\d*$'

const Host = Type.String({ minLength: 1, maxLength: 253, description: 'Host name or address.' })
const E164Text = Type.String({
  pattern: '^\\+[1-9]\\d{6,14}$',
  description: 'E.164.',
  examples: ['+12025550100'],
})

const numberFormat = {
  style: Type.Enum(['e164', 'e164_no_plus', 'national', 'digits'], {
    description:
      'How numbers are dialled and told: +12025550100, 12025550100, as people of a country dial, or digits after a prefix.',
  }),
  countryCode: Type.String({
    pattern: '^[1-9]\\d{0,2}$',
    examples: ['1'],
    description: 'National: the country whose numbers lose their code.',
  }),
  nationalPrefix: Type.String({
    pattern: DIGITS,
    maxLength: 4,
    description: 'National: before numbers of that country.',
  }),
  internationalPrefix: Type.String({
    pattern: DIGITS,
    maxLength: 6,
    description: 'National: before all other numbers.',
  }),
  prefix: Type.String({ pattern: DIGITS, maxLength: 10, description: 'Digits: before every number.' }),
}

const profile = {
  t38: Type.Enum([...T38_MODES], {
    default: DEFAULT_PROFILE.t38,
    description:
      'Who asks for T.38: offer, we do; wait, the far end; auto, we do when it does not. off: no fax is carried.',
  }),
  t38Version: Type.Integer({ minimum: 0, maximum: 3, default: DEFAULT_PROFILE.t38Version }),
  errorCorrection: Type.Enum([...ERROR_CORRECTIONS], { default: DEFAULT_PROFILE.errorCorrection }),
  redundancy: Type.Integer({
    minimum: 1,
    maximum: 7,
    default: DEFAULT_PROFILE.redundancy,
    description: 'Earlier packets repeated in each datagram, or packets an FEC entry spans.',
  }),
  maxDatagram: Nullable(
    Type.Integer({ minimum: 72, maximum: 1400 }),
    "Octets to use in place of what the far end's SDP says; null: believe it.",
  ),
  ecm: Type.Boolean({ default: DEFAULT_PROFILE.ecm, description: 'Error correction mode of T.30.' }),
  maxBitRate: Type.Enum([...BIT_RATES], { default: DEFAULT_PROFILE.maxBitRate, description: 'bit/s' }),
  symmetricUdptl: Type.Boolean({
    default: DEFAULT_PROFILE.symmetricUdptl,
    description: "Send media to where the far end's comes from, for peers behind NAT.",
  }),
}

const prefixes = {
  include: Type.Array(Type.String({ maxLength: 16 }), {
    maxItems: 500,
    description: 'Beginnings of E.164 numbers it serves, such as +1; empty: all.',
  }),
  exclude: Type.Array(Type.String({ maxLength: 16 }), { maxItems: 500, description: 'Wins over "include".' }),
}

const inbound = {
  allowedSources: Type.Array(Type.String({ maxLength: 50 }), {
    maxItems: 200,
    description: 'Addresses or CIDR blocks calls may come from; empty: those of "host".',
  }),
  dids: Type.Array(Type.String({ maxLength: 16 }), {
    maxItems: 5000,
    description: 'Numbers whose calls are answered, E.164, or *; empty: no call is.',
  }),
}

const settings = {
  name: Type.String({ minLength: 1, maxLength: 80 }),
  enabled: Type.Boolean({ default: true }),
  order: Type.Integer({ minimum: 0, maximum: 10_000, default: 100, description: 'Lower is tried first.' }),
  registration: Type.Enum([...REGISTRATIONS], {
    description: 'register: we log in at the carrier. static: the carrier knows us by our address.',
  }),
  host: Host,
  port: Type.Integer({ minimum: 1, maximum: 65_535, description: 'Default 5060, with tls 5061.' }),
  transport: Type.Enum([...TRANSPORTS], { default: 'udp' }),
  username: Nullable(Type.String({ maxLength: 128, pattern: SIP_TEXT })),
  realm: Nullable(Type.String({ minLength: 1, maxLength: 128 }), 'Digest realm to answer to; null: any.'),
  fromDomain: Nullable(Host, 'Host part of our From and To; null: "host".'),
  outboundProxy: Nullable(
    Type.String({ minLength: 1, maxLength: 262 }),
    '"host" or "host:port" requests go through.',
  ),
  callerId: Nullable(E164Text, 'Shown as the caller when the fax and the account name none.'),
  assertedIdentity: Nullable(E164Text, 'For P-Asserted-Identity (RFC 3325).'),
  concurrency: Type.Integer({
    minimum: 1,
    maximum: 1000,
    default: 2,
    description: 'Calls at once that we place.',
  }),
  callsPerSecond: Type.Number({ minimum: 0.01, maximum: 100, default: 1 }),
}

const Secret = Type.String({
  minLength: 1,
  maxLength: 256,
  description: 'Password for digest. Stored encrypted, and never shown again.',
})

function optional<P extends TProperties>(properties: P) {
  return Type.Partial(Closed(properties), { additionalProperties: false })
}

const parts = {
  numberFormat: Type.Optional(optional(numberFormat)),
  profile: Type.Optional(optional(profile)),
  prefixes: Type.Optional(optional(prefixes)),
  inbound: Type.Optional(optional(inbound)),
}

const { name, registration, host, ...others } = settings

export const CreateTrunkBody = Closed({
  name,
  registration,
  host,
  secret: Type.Optional(Nullable(Secret)),
  ...Type.Partial(Closed(others)).properties,
  ...parts,
})

export const UpdateTrunkBody = Closed({
  secret: Type.Optional(Nullable(Secret, 'null takes it away.')),
  ...Type.Partial(Closed(settings)).properties,
  ...parts,
})

export const AcknowledgeTrunkBody = Closed({
  mediaProtection: Type.Enum([...MEDIA_PROTECTIONS], {
    description:
      'none: fax pages travel unencrypted (UDPTL), and I know it. vpn, private_interconnect: so they do, on a path closed to others.',
  }),
})

export const Trunk = Closed({
  id: Type.String(),
  ...settings,
  hasSecret: Type.Boolean(),
  numberFormat: Closed({
    style: numberFormat.style,
    countryCode: Type.Optional(numberFormat.countryCode),
    nationalPrefix: Type.Optional(numberFormat.nationalPrefix),
    internationalPrefix: Type.Optional(numberFormat.internationalPrefix),
    prefix: Type.Optional(numberFormat.prefix),
  }),
  profile: Closed(profile),
  prefixes: Closed(prefixes),
  inbound: Closed(inbound),
  acknowledgement: Nullable(
    Closed({
      mediaProtection: Type.Enum([...MEDIA_PROTECTIONS]),
      at: Time,
      by: Type.String({ description: 'Id of the key or user.' }),
    }),
    'Who said what protects the media; null: nobody, and then no fax is sent.',
  ),
  fault: Nullable(
    Type.Enum(['disabled', 'not_acknowledged', 'no_agreement', 't38_off']),
    'Why no fax goes out on it; null: it may.',
  ),
  createdAt: Time,
  updatedAt: Time,
})

export const TrunkList = Closed({ data: Type.Array(Trunk), nextCursor: Type.Null() })

export const TrunkReport = Closed({
  ok: Type.Boolean(),
  checks: Type.Array(
    Closed({
      name: Type.Enum(['settings', 'dns', 'connect', 'tls', 'options', 'register', 'media']),
      outcome: Type.Enum(['ok', 'failed', 'skipped']),
      sentence: Type.String(),
      fix: Nullable(Type.String()),
      durationMs: Nullable(Type.Integer()),
    }),
  ),
})
