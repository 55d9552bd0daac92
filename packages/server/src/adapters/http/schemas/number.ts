import Type from 'typebox'
import { CARRIERS } from '../../../domain/numbers/phone-number.ts'
import { Closed, Cursor, Limit, ListOf, Nullable, Time } from './common.ts'

const LINE_OF_TEXT = '^[^\\x00-\\x1f\\x7f]*$'

const settings = {
  label: Nullable(Type.String({ maxLength: 80, pattern: LINE_OF_TEXT }), 'What people call it.'),
  department: Nullable(Type.String({ maxLength: 80, pattern: LINE_OF_TEXT })),
  callerId: Nullable(
    Type.String({ maxLength: 40 }),
    'E.164; shown as the caller of faxes sent from it. null: the number itself.',
  ),
  headerText: Nullable(
    Type.String({ maxLength: 50, pattern: LINE_OF_TEXT }),
    "Sender name on the header line of faxes sent from it. null: the account's.",
  ),
  mailboxId: Nullable(
    Type.String({ maxLength: 64 }),
    'Where faxes that come on it lie unless a route says otherwise. null: the default mailbox.',
  ),
}

export const PhoneNumber = Closed({
  id: Type.String(),
  number: Type.String({ description: 'E.164.' }),
  numericId: Type.Integer({ description: 'The numberId of an iFax client.' }),
  orderId: Type.String({ description: 'The orderId of an iFax client: digits, above 2^53.' }),
  livemode: Type.Boolean(),
  status: Type.Enum(['ordering', 'active', 'released'], {
    description: 'ordering: the carrier was asked, and its answer is not known yet.',
  }),
  carrier: Type.Enum([...CARRIERS], { description: 'sip: a trunk brought it.' }),
  simulated: Type.Boolean({ description: 'The sandbox sold it: nobody can call it.' }),
  trunkId: Nullable(Type.String(), 'The trunk that brought it.'),
  ...settings,
  createdAt: Time,
  updatedAt: Time,
  releasedAt: Nullable(Time, 'When it was given back. Faxes that came on it stay.'),
})

export const PhoneNumberList = ListOf(PhoneNumber)

export const ListNumbersQuery = Closed({
  released: Type.Optional(Type.Boolean({ description: 'true: also those given back.' })),
  limit: Limit,
  cursor: Cursor,
})

export const BuyNumberBody = Closed(
  { number: Type.String({ maxLength: 40, description: 'E.164; one of GET /v2/numbers/available.' }) },
  { examples: [{ number: '+12125550150' }] },
)

export const UpdateNumberBody = Closed(Type.Partial(Closed(settings)).properties)

export const AreasQuery = Closed({
  country: Type.Optional(
    Type.String({
      pattern: '^[A-Z]{2}$',
      default: 'US',
      description: 'ISO 3166-1, such as US or CA.',
      examples: ['US'],
    }),
  ),
  region: Type.Optional(
    Type.String({
      pattern: '^[A-Z0-9]{1,3}$',
      description: 'State or province: the second part of ISO 3166-2.',
      examples: ['NY'],
    }),
  ),
})

export const Area = Closed({
  id: Type.String({ description: 'For GET /v2/numbers/available.' }),
  prefix: Nullable(Type.String(), 'Area code; null: the carrier does not say.'),
  country: Type.String(),
  region: Nullable(Type.String()),
})

export const AreaList = Closed({ data: Type.Array(Area), nextCursor: Type.Null() })

export const AvailableQuery = Closed({
  areaId: Type.Optional(
    Type.String({ minLength: 1, maxLength: 64, description: 'One of GET /v2/numbers/areas.' }),
  ),
  number: Type.Optional(
    Type.String({ minLength: 1, maxLength: 40, description: 'E.164: whether this one can be bought.' }),
  ),
})

export const Offer = Closed({
  number: Type.String({ description: 'E.164.' }),
  areaId: Nullable(Type.String()),
  carrier: Type.Enum([...CARRIERS]),
  simulated: Type.Boolean({ description: 'The sandbox sells it: nobody can call it.' }),
})

export const OfferList = Closed({ data: Type.Array(Offer), nextCursor: Type.Null() })
