import Type from 'typebox'
import { Closed, Cursor, Limit, Nullable, Time } from './common.ts'
import { PurposeCode } from './papers.ts'

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
  patientId: Nullable(Type.String(), 'Whose papers it is; null: nobody said.'),
  purpose: Nullable(PurposeCode, 'null: nobody said.'),
  statement: Nullable(Type.String(), 'The purpose in words for the patient, 164.528(b)(2)(iv).'),
  accountable: Type.Boolean({
    description: 'Whether 45 CFR 164.528 asks to account for it. What was sent for no stated purpose counts.',
  }),
  because: Type.String({ description: 'Why it does or does not, in one sentence.' }),
})

export const DisclosureList = Closed({
  data: Type.Array(Disclosure),
  nextCursor: Nullable(Type.String(), 'Pass it as "cursor" for the next page; null on the last.'),
  unlinked: Nullable(
    Type.Integer(),
    "On the first page of a patient's: how many other disclosures that the rest of the question fits are said to be nobody's papers, and may be " +
      'theirs; counted to 1,000. Link them with POST /v2/faxes/{id}/link. Otherwise null.',
  ),
})

const WHICH = {
  to: Type.Optional(Type.String({ minLength: 1, maxLength: 64, description: 'Number it went to.' })),
  reference: Type.Optional(
    Type.String({ minLength: 1, maxLength: 200, description: 'clientReference of the fax.' }),
  ),
  patient: Type.Optional(
    Type.String({ minLength: 1, maxLength: 200, description: 'Id of the patient whose papers they are.' }),
  ),
  accountable: Type.Optional(
    Type.Boolean({
      description:
        'true: only those that 45 CFR 164.528 asks to account for, and those of which nobody said why. false: only the others.',
    }),
  ),
  from: Type.Optional(Type.String({ format: 'date-time', description: 'Faxes accepted from then on.' })),
  until: Type.Optional(Type.String({ format: 'date-time', description: 'Faxes accepted before then.' })),
  cursor: Cursor,
  limit: Limit,
}

export const DisclosuresQuery = Closed(WHICH)
export const DisclosuresBody = Closed(WHICH, {
  examples: [{ patient: 'MRN-000000', accountable: true, from: '2026-01-01T00:00:00Z' }],
})
