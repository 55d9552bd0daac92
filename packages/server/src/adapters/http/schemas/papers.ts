import Type from 'typebox'
import { EXEMPT_PURPOSES, PURPOSE_CODES } from '../../../domain/fax/purpose.ts'
import { Closed, Nullable } from './common.ts'

/** Whose papers a fax is, sent or received. */
export const Patient = Closed({
  id: Type.String({ minLength: 1, maxLength: 200, description: "The patient's id in your own system." }),
  display: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: 'For people.' })),
})

/** Why it is sent. */
export const PurposeCode = Type.Enum(PURPOSE_CODES, {
  description:
    'Why it is sent, a code of HL7 v3 PurposeOfUse. An account of disclosures (45 CFR 164.528) leaves out ' +
    `${EXEMPT_PURPOSES.join(', ')}; it counts the others, and what has none. See docs/guides/account-of-disclosures.md.`,
})

export const LinkFaxBody = Closed(
  {
    patient: Type.Optional(Nullable(Patient, 'Kept encrypted. null: of no patient any more.')),
    purpose: Type.Optional(Nullable(PurposeCode, 'null: nobody can say.')),
  },
  { examples: [{ patient: { id: 'MRN-000000', display: 'Test Patient Zebra' }, purpose: 'TREAT' }] },
)
