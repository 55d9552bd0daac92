import Type from 'typebox'
import {
  CONFIRMATIONS,
  RECIPIENT_SOURCES,
  RECIPIENT_STATES,
  SUSPENSIONS,
} from '../../../domain/recipients/recipient.ts'
import { Closed, Cursor, Limit, ListOf, Nullable, Time } from './common.ts'

const Name = Type.String({ minLength: 1, maxLength: 200 })
const AnyNumber = Type.String({ minLength: 1, maxLength: 40, description: 'E.164, or as people write it.' })
const Source = Type.Enum([...RECIPIENT_SOURCES], {
  description: 'Where the number came from. None of them makes it confirmed.',
})

export const Recipient = Closed({
  id: Type.String(),
  number: Type.String({ description: 'Masked unless the key has the scope faxes:content.' }),
  name: Type.String(),
  organisation: Nullable(Type.String()),
  department: Nullable(Type.String()),
  source: Source,
  state: Type.Enum([...RECIPIENT_STATES], {
    description:
      'unverified; pending: a test fax is out; confirmed; expired: confirmed too long ago; suspended: nothing is sent to it.',
  }),
  confirmation: Nullable(
    Closed({
      how: Type.Enum([...CONFIRMATIONS]),
      by: Type.String({ description: 'Id of the key or the person.' }),
      at: Time,
      expiresAt: Nullable(Time, 'Put off by every delivery; null while suspended.'),
    }),
  ),
  suspension: Nullable(Closed({ why: Type.Enum([...SUSPENSIONS]), at: Time })),
  lastDeliveredAt: Nullable(Time),
  identities: Type.Array(
    Closed({
      name: Type.String({ description: 'Masked like the number.' }),
      firstSeenAt: Time,
      lastSeenAt: Time,
      accepted: Type.Boolean({ description: 'false: heard, and nobody stands by it.' }),
    }),
    { description: 'What the machine there called itself (CSI), the last heard first.' },
  ),
  verification: Nullable(
    Closed({ faxId: Type.String(), expiresAt: Time, triesLeft: Type.Integer() }),
    'The test fax whose code is waited for.',
  ),
  createdAt: Time,
  updatedAt: Time,
})

export const RecipientList = ListOf(Recipient)

const fields = {
  number: AnyNumber,
  name: Name,
  organisation: Type.Optional(Name),
  department: Type.Optional(Name),
  source: Type.Optional(Source),
  identities: Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: 20 }), {
      maxItems: 8,
      description: 'What the machine there calls itself, where that is known beforehand.',
    }),
  ),
  attested: Type.Optional(
    Type.Boolean({
      default: false,
      description: 'Whoever sends this answers for the number: it is confirmed at once.',
    }),
  ),
}

export const CreateRecipientBody = Closed(fields)

export const ImportRecipientsBody = Closed({
  recipients: Type.Array(CreateRecipientBody, { minItems: 1, maxItems: 200 }),
})

export const ImportReport = Closed({
  data: Type.Array(Recipient, { description: 'Those that were added.' }),
  skipped: Type.Integer({ description: 'Numbers that were there already, or twice in the list.' }),
})

export const UpdateRecipientBody = Closed({
  name: Type.Optional(Name),
  organisation: Type.Optional(Nullable(Name)),
  department: Type.Optional(Nullable(Name)),
  suspended: Type.Optional(
    Type.Literal(true, { description: 'Nothing is sent to it any more. A confirmation lifts it.' }),
  ),
})

export const ListRecipientsQuery = Closed({
  state: Type.Optional(
    Type.Enum(['unverified', 'pending', 'confirmed', 'suspended'], {
      description: 'confirmed has those that are expired, too.',
    }),
  ),
  number: Type.Optional(AnyNumber),
  limit: Limit,
  cursor: Cursor,
})

export const ConfirmRecipientBody = Closed({
  number: Type.Optional(
    Type.String({ minLength: 1, maxLength: 40, description: 'The digits, as the recipient said them.' }),
  ),
  code: Type.Optional(
    Type.String({ pattern: '^\\d{6}$', description: 'The code of the test fax.', examples: ['123456'] }),
  ),
})

export const ReleaseBody = Closed({
  confirm: Type.String({
    minLength: 1,
    maxLength: 40,
    description: 'The number the fax goes to, typed anew from the order.',
  }),
})
