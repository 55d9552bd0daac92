import Type from 'typebox'
import { PREFIX_PATTERN } from '../../../domain/numbers/destination-rules.ts'
import { OUTBOUND_LINES } from '../../../domain/providers/provider.ts'
import { Closed, Nullable } from './common.ts'

const RetryRule = Closed({
  delaySeconds: Type.Integer({ minimum: 1, maximum: 86_400 }),
  retriesMax: Type.Integer({ minimum: 0, maximum: 50 }),
})

export const RetryPolicyOverrides = Closed(
  {
    rules: Type.Optional(
      Closed({
        busy: Type.Optional(RetryRule),
        no_answer: Type.Optional(RetryRule),
        no_carrier: Type.Optional(RetryRule),
        congestion: Type.Optional(RetryRule),
        dropped: Type.Optional(RetryRule),
        protocol: Type.Optional(RetryRule),
        carrier_down: Type.Optional(RetryRule),
        no_t38: Type.Optional(RetryRule),
        local: Type.Optional(RetryRule),
      }),
    ),
    dialsMax: Type.Optional(Type.Integer({ minimum: 1, maximum: 50 })),
    triesMax: Type.Optional(Type.Integer({ minimum: 1, maximum: 20 })),
    afterData: Type.Optional(Type.Enum(['resume', 'never'])),
  },
  { description: "What differs from the server's policy, by class of disposition." },
)

const Misdirection = Closed({
  firstSend: Type.Optional(
    Type.Enum(['hold', 'allow'], {
      description:
        'A fax to a number that is not confirmed waits for a person (live: the default), or goes (test).',
    }),
  ),
  nearMiss: Type.Optional(
    Type.Enum(['block', 'hold', 'allow'], {
      description:
        'An unknown number that is one digit, or two swapped digits, away from a confirmed one is refused (live: the default), waits, or is as good as any (test).',
    }),
  ),
  identityGate: Type.Optional(
    Type.Enum(['stop', 'suspend', 'allow'], {
      description:
        'A far end that calls itself otherwise than before: the call ends before any page (live: the default); it goes on and the number is suspended; or it is noted and no more (test).',
    }),
  ),
  fourEyes: Type.Optional(
    Type.Boolean({
      description:
        'Who releases or confirms is another key or person than who sent or entered. Default false.',
    }),
  ),
  expiryMonths: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 60,
      description: 'How long a confirmation, or the last delivery, counts. Default 12.',
    }),
  ),
})

const Prefix = Type.String({ pattern: PREFIX_PATTERN, maxLength: 16 })
const Quota = Type.Integer({ minimum: 1, maximum: 1_000_000_000 })

const settings = {
  stationId: Type.String({
    maxLength: 20,
    pattern: '^[0-9+ ]*$',
    description: 'TSI told to the far end: digits, + and space (T.30 §5.3.6.2.6).',
    examples: ['+1 202 555 0100'],
  }),
  headerText: Type.String({ maxLength: 50, description: 'Sender name on the header line of every page.' }),
  callerId: Type.String({ maxLength: 40, description: 'E.164; shown as the calling number.' }),
  paper: Type.Enum(['letter', 'a4', 'legal']),
  timeZone: Type.String({ maxLength: 64, description: 'IANA name, for the time on the header line.' }),
  retryPolicy: RetryPolicyOverrides,
  duplicateGuardMinutes: Type.Integer({
    minimum: 0,
    maximum: 1440,
    description: '0 switches the guard off.',
  }),
  outboundLine: Type.Enum([...OUTBOUND_LINES], {
    description:
      'How live faxes leave: sip, over the trunks of the account; ifax, through its provider. null: sip. Faxes in hand stay where they are.',
  }),
  returnCodes: Type.Boolean({
    description: 'Cover sheets carry a QR code by which a reply finds its fax. Default false.',
  }),
  misdirection: Closed(
    { test: Type.Optional(Misdirection), live: Type.Optional(Misdirection) },
    {
      description:
        'What keeps faxes from wrong numbers, by mode. What is not named has its default. See docs/guides/send-to-the-right-place.md.',
    },
  ),
  destinations: Closed(
    {
      allowed: Type.Optional(Type.Array(Prefix, { maxItems: 100 })),
      blocked: Type.Optional(Type.Array(Prefix, { maxItems: 100 })),
    },
    {
      description:
        'Where live faxes may go, by beginnings of E.164 numbers: none allowed means all, blocked ones win. What the operator does not let through stays closed.',
    },
  ),
  quotas: Closed(
    {
      faxesPerDay: Type.Optional(Quota),
      pagesPerDay: Type.Optional(Quota),
      newNumbersPerHour: Type.Optional(Quota),
      uploadMegabytesPerDay: Type.Optional(Quota),
    },
    {
      description:
        'What the account holds itself to in 24 hours, or an hour; only tighter than the operator’s counts. See GET /v2/usage.',
    },
  ),
  ifaxMarkedAs: Type.Enum(['received', 'marked'], {
    description:
      'What iFax clients get that ask for received faxes marked Done: those that came in and are neither spam nor in review ' +
      '(received, the default), or those somebody marked done.',
  }),
}

export const Account = Closed({
  id: Type.String(),
  name: Type.String(),
  livemode: Type.Boolean({ description: 'Mode of the key that asks.' }),
  testClockOffsetSeconds: Type.Number({ description: 'How far the test clock was advanced.' }),
  stationId: Nullable(settings.stationId),
  headerText: Nullable(settings.headerText),
  callerId: Nullable(settings.callerId),
  paper: Nullable(settings.paper),
  timeZone: Nullable(settings.timeZone),
  retryPolicy: Nullable(settings.retryPolicy),
  duplicateGuardMinutes: Nullable(settings.duplicateGuardMinutes),
  outboundLine: Nullable(settings.outboundLine),
  returnCodes: Nullable(settings.returnCodes),
  ifaxMarkedAs: Nullable(settings.ifaxMarkedAs),
  misdirection: Nullable(settings.misdirection),
  destinations: Nullable(settings.destinations),
  quotas: Nullable(settings.quotas),
})

/** A field set to `null` goes back to the server's default. */
export const UpdateAccountBody = Closed({
  stationId: Type.Optional(Nullable(settings.stationId)),
  headerText: Type.Optional(Nullable(settings.headerText)),
  callerId: Type.Optional(Nullable(settings.callerId)),
  paper: Type.Optional(Nullable(settings.paper)),
  timeZone: Type.Optional(Nullable(settings.timeZone)),
  retryPolicy: Type.Optional(Nullable(settings.retryPolicy)),
  duplicateGuardMinutes: Type.Optional(Nullable(settings.duplicateGuardMinutes)),
  outboundLine: Type.Optional(Nullable(settings.outboundLine)),
  returnCodes: Type.Optional(Nullable(settings.returnCodes)),
  ifaxMarkedAs: Type.Optional(Nullable(settings.ifaxMarkedAs)),
  misdirection: Type.Optional(Nullable(settings.misdirection)),
  destinations: Type.Optional(Nullable(settings.destinations)),
  quotas: Type.Optional(Nullable(settings.quotas)),
})
