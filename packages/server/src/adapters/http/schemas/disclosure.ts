import Type from 'typebox'
import { Closed, Cursor, Limit, ListOf, Nullable, Time } from './common.ts'

export const Disclosure = Closed({
  faxId: Type.String(),
  at: Nullable(Time, 'When the fax ended.'),
  to: Nullable(Type.String(), 'null: the fax was shredded.'),
  recipientName: Nullable(Type.String(), 'As the cover sheet has it.'),
  pages: Type.Integer({ description: 'Confirmed by the far end.' }),
  outcome: Type.String({
    description: 'Status of the fax. Of "outcome_unknown" it is not known whether the last page arrived.',
  }),
  by: Nullable(Closed({ kind: Type.Enum(['key', 'user', 'system']), id: Type.String() }), 'Who had it sent.'),
  reference: Nullable(Type.String(), 'clientReference of the fax.'),
  inboundId: Nullable(Type.String(), 'The received fax that was forwarded.'),
  patientId: Nullable(Type.String(), 'Whose papers that received fax is.'),
})

export const DisclosureList = ListOf(Disclosure)

export const DisclosuresQuery = Closed({
  to: Type.Optional(Type.String({ minLength: 1, maxLength: 64, description: 'Number it went to.' })),
  reference: Type.Optional(
    Type.String({ minLength: 1, maxLength: 200, description: 'clientReference of the fax.' }),
  ),
  patient: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      description:
        'Id of a patient: the clientReference of a fax, or the link of a received fax that was forwarded.',
    }),
  ),
  from: Type.Optional(Type.String({ format: 'date-time', description: 'Faxes accepted from then on.' })),
  until: Type.Optional(Type.String({ format: 'date-time', description: 'Faxes accepted before then.' })),
  cursor: Cursor,
  limit: Limit,
})
