import Type from 'typebox'
import { KEY_SCOPES } from '../../../domain/access/api-key.ts'
import { Closed, Nullable, Time } from './common.ts'

const Scopes = Type.Array(Type.Enum([...KEY_SCOPES]), {
  minItems: 1,
  uniqueItems: true,
  maxItems: KEY_SCOPES.length,
})
const Addresses = Nullable(
  Type.Array(Type.String({ minLength: 2, maxLength: 50 }), { minItems: 1, maxItems: 50, uniqueItems: true }),
  'Addresses and CIDR blocks the key works from, such as 192.0.2.0/24; null: any.',
)
const Name = Type.String({ minLength: 1, maxLength: 100 })

const fields = {
  id: Type.String(),
  name: Type.String(),
  livemode: Type.Boolean(),
  hint: Type.String({ description: 'The last four characters of the secret.' }),
  scopes: Type.Array(Type.String()),
  createdAt: Time,
  expiresAt: Nullable(Time),
  lastUsedAt: Nullable(Time, 'To the minute.'),
  revokedAt: Nullable(Time),
  replacedBy: Nullable(Type.String(), 'Id of the key made from this one by rotation.'),
  allowedAddresses: Addresses,
  madeBy: Nullable(Type.String(), 'Id of the person or key that made it; null: older than people here.'),
}

export const ApiKey = Closed(fields)

export const ApiKeyWithSecret = Closed({
  ...fields,
  secret: Nullable(
    Type.String(),
    'The key itself. Told once: it is not stored, so the replay of an idempotent request carries null.',
  ),
})

export const ApiKeyList = Closed({ data: Type.Array(ApiKey), nextCursor: Type.Null() })

export const CreateApiKeyBody = Closed({
  name: Name,
  scopes: Type.Optional(Scopes),
  expiresAt: Type.Optional(Time),
  allowedAddresses: Type.Optional(Addresses),
})

export const UpdateApiKeyBody = Closed({
  name: Type.Optional(Name),
  scopes: Type.Optional(Scopes),
  expiresAt: Type.Optional(Type.Union([Time, Type.Null()])),
  allowedAddresses: Type.Optional(Addresses),
})

export const RotateApiKeyBody = Closed({
  overlapHours: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 720, default: 24, description: 'How long the old key still works.' }),
  ),
})
