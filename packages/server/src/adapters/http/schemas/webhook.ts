import Type from 'typebox'
import { EVENT_TYPES } from '../../../domain/webhooks/event.ts'
import { Closed, Cursor, IdParam, Limit, ListOf, Nullable, Time } from './common.ts'

const Url = Type.String({
  minLength: 1,
  maxLength: 2048,
  description: 'https, without user name and password; its name must stand for public addresses only.',
})
/** `webhook.ping` goes to the webhook that is pinged and to no other. */
const EventTypes = Type.Array(Type.Enum(EVENT_TYPES.filter((type) => type !== 'webhook.ping')), {
  uniqueItems: true,
  maxItems: EVENT_TYPES.length,
  description: 'Events to be told of; empty: all.',
})
const IncludeNumbers = Type.Boolean({ description: 'Adds "to" and "from" to events about a fax.' })
const Description = Nullable(Type.String({ maxLength: 200 }))
const NumberIds = Nullable(
  Type.Array(Type.String({ maxLength: 64 }), { minItems: 1, maxItems: 100, uniqueItems: true }),
  'Only events about faxes that came in on these numbers of the account; null: all events.',
)
const BasicAuth = Closed(
  {
    username: Type.String({ maxLength: 200, pattern: '^[^:\\x00-\\x1f\\x7f]*$' }),
    password: Type.String({ maxLength: 200, pattern: '^[^\\x00-\\x1f\\x7f]*$' }),
  },
  { description: 'Sent with every post (RFC 7617), for receivers that ask for it. Never shown again.' },
)

const fields = {
  id: Type.String(),
  url: Type.String(),
  livemode: Type.Boolean(),
  dialect: Type.Enum(['native', 'ifax'], {
    description: 'ifax: made through /v1/webhooks, in iFax’s payload.',
  }),
  eventTypes: Type.Array(Type.String()),
  includeNumbers: Type.Boolean(),
  hasBasicAuth: Type.Boolean(),
  status: Type.Enum(['enabled', 'disabled']),
  disabledReason: Nullable(Type.String(), 'receiver_gone (it answered 410) or disabled_by_user.'),
  description: Nullable(Type.String()),
  numberIds: NumberIds,
  multipart: Type.Boolean({
    description: 'Of dialect ifax: received faxes are told as a form with their pages as a file.',
  }),
  previousSecretUntil: Nullable(
    Time,
    'Until then posts are signed with the secret before the last rotation, too.',
  ),
  createdAt: Time,
}

export const Webhook = Closed(fields)
export const WebhookWithSecret = Closed({
  ...fields,
  secret: Nullable(Type.String(), 'whsec_…, told once: the replay of an idempotent request carries null.'),
})
export const WebhookList = Closed({ data: Type.Array(Webhook), nextCursor: Type.Null() })

export const CreateWebhookBody = Closed({
  url: Url,
  eventTypes: Type.Optional(EventTypes),
  includeNumbers: Type.Optional(IncludeNumbers),
  description: Type.Optional(Description),
  numberIds: Type.Optional(NumberIds),
  basicAuth: Type.Optional(BasicAuth),
})

export const UpdateWebhookBody = Closed({
  url: Type.Optional(Url),
  eventTypes: Type.Optional(EventTypes),
  includeNumbers: Type.Optional(IncludeNumbers),
  description: Type.Optional(Description),
  numberIds: Type.Optional(NumberIds),
  basicAuth: Type.Optional(Nullable(BasicAuth, 'null takes it away.')),
  status: Type.Optional(Type.Enum(['enabled', 'disabled'])),
})

export const RotateSecretBody = Closed({
  overlapHours: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 168, default: 24, description: 'How long both secrets sign.' }),
  ),
})

export const Ping = Closed({ eventId: Type.String(), deliveryId: Type.String() })

const deliveryFields = {
  id: Type.String(),
  webhookId: Type.String(),
  eventId: Type.String({ description: 'The webhook-id of every post of it.' }),
  status: Type.Enum(['pending', 'delivered', 'failed']),
  attemptCount: Type.Integer(),
  nextAttemptAt: Nullable(Time),
  createdAt: Time,
  endedAt: Nullable(Time),
  replayedAt: Nullable(Time),
}

export const Delivery = Closed(deliveryFields)
export const DeliveryList = ListOf(Delivery)
export const DeliveryDetail = Closed({
  ...deliveryFields,
  attempts: Type.Array(
    Closed({
      number: Type.Integer(),
      at: Time,
      durationMs: Type.Integer(),
      responseStatus: Nullable(Type.Integer(), 'null: no whole answer came.'),
      errorCode: Nullable(
        Type.String(),
        'redirect_refused, address_refused, timeout, connect, tls, protocol, too_large.',
      ),
    }),
    { description: 'What the receiver said in its body is not kept.' },
  ),
})

export const DeliveryParams = IdParam('dlv', 'delivery')
export const DeliveryQuery = Closed({ limit: Limit, cursor: Cursor })

export const ReplayBody = Closed({
  from: Time,
  to: Type.Optional(Time),
})
export const Replayed = Closed({
  count: Type.Integer({ description: 'Events that will be posted again.' }),
  more: Type.Boolean({ description: 'True when the range held more than one call replays.' }),
})
export const ReplayedDelivery = Closed({ deliveryId: Type.String() })
