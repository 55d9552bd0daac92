import Type from 'typebox'
import { PROVIDER_KINDS } from '../../../domain/providers/provider.ts'
import { Closed, Nullable, Time } from './common.ts'

const settings = {
  kind: Type.Enum([...PROVIDER_KINDS], { description: 'ifax: the iFax v1 API.' }),
  name: Type.String({ minLength: 1, maxLength: 80 }),
  enabled: Type.Boolean(),
  baseUrl: Type.String({
    minLength: 1,
    maxLength: 300,
    description: 'https, without a path of its own; default that of the kind.',
    examples: ['https://api.ifaxapp.com'],
  }),
  callerId: Nullable(
    Type.String({ pattern: '^\\+[1-9]\\d{6,14}$', examples: ['+12025550100'] }),
    'Shown as the sender when the fax and the account name none, E.164.',
  ),
  concurrency: Type.Integer({ minimum: 1, maximum: 10_000, description: 'Faxes in its hands at once.' }),
  simulated: Type.Boolean({
    description:
      'The API key simulates: nothing reaches a machine. Then only the reserved numbers of test mode are taken, with a live key.',
  }),
}

const ApiKey = Type.String({
  minLength: 1,
  maxLength: 500,
  pattern: '^[\\x21-\\x7e]+$',
  description: 'Of the account at the provider. Never shown again.',
})

const HookAuth = Closed(
  {
    username: Type.String({ maxLength: 200, pattern: '^[^:\\x00-\\x1f\\x7f]*$' }),
    password: Type.String({ maxLength: 200, pattern: '^[^\\x00-\\x1f\\x7f]*$' }),
  },
  {
    description:
      'What its posts must carry besides the token in their address (RFC 7617). Never shown again.',
  },
)

export const CreateProviderBody = Closed({
  kind: settings.kind,
  name: settings.name,
  apiKey: ApiKey,
  enabled: Type.Optional(settings.enabled),
  baseUrl: Type.Optional(settings.baseUrl),
  callerId: Type.Optional(settings.callerId),
  concurrency: Type.Optional(settings.concurrency),
  simulated: Type.Optional(settings.simulated),
  hookAuth: Type.Optional(Nullable(HookAuth)),
})

export const UpdateProviderBody = Closed({
  name: Type.Optional(settings.name),
  apiKey: Type.Optional(ApiKey),
  enabled: Type.Optional(settings.enabled),
  baseUrl: Type.Optional(settings.baseUrl),
  callerId: Type.Optional(settings.callerId),
  concurrency: Type.Optional(settings.concurrency),
  simulated: Type.Optional(settings.simulated),
  hookAuth: Type.Optional(Nullable(HookAuth, 'null takes it away.')),
})

const ProviderProfile = Closed(
  {
    formats: Type.Array(Type.String(), { description: 'Media types it is sent.' }),
    pagesMax: Nullable(Type.Integer(), 'null: it tells no limit; that of this server applies.'),
    resolutions: Type.Array(Type.Enum(['standard', 'fine', 'superfine'])),
    evidence: Type.Literal('provider', {
      description: "That a page arrived is the provider's word; this server saw no confirmation.",
    }),
    pageEvidence: Type.Boolean({
      description: 'Whether it tells which pages arrived, and not just how many.',
    }),
    callDetails: Type.Boolean({
      description: "Whether it tells error correction, speed and the far end's identification.",
    }),
  },
  { description: 'What it can do, and what cannot be known of a fax it carries.' },
)

const provider = {
  id: Type.String(),
  ...settings,
  hasHookAuth: Type.Boolean(),
  profile: ProviderProfile,
  sentSeenAt: Nullable(Time, 'Up to when the faxes it sent were compared with ours.'),
  receivedSeenAt: Nullable(Time, 'The same of those it received.'),
  createdAt: Time,
  updatedAt: Time,
}

export const Provider = Closed(provider)

export const ProviderWithHook = Closed({
  ...provider,
  hookUrl: Nullable(
    Type.String(),
    'Where the provider is to post to: give it for sent and for received faxes. Told once; null when a reply is repeated.',
  ),
})

export const ProviderList = Closed({ data: Type.Array(Provider), nextCursor: Type.Null() })

export const ProviderReport = Closed({
  ok: Type.Boolean(),
  checks: Type.Array(
    Closed({
      name: Type.Enum(['settings', 'reach', 'key']),
      outcome: Type.Enum(['ok', 'failed', 'skipped']),
      sentence: Type.String(),
      fix: Nullable(Type.String()),
      durationMs: Nullable(Type.Integer()),
    }),
  ),
  numbers: Nullable(Type.Integer(), 'Numbers the provider gave this account.'),
})
