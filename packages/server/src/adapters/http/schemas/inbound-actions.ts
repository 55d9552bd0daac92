import Type from 'typebox'
import { MARKS } from '../../../domain/inbox/inbox.ts'
import { Closed, Cursor, Limit, ListOf, Nullable, Time } from './common.ts'
import { InboundSummary, StaffId } from './inbound.ts'
import { Patient, PurposeCode } from './papers.ts'
import { CoverBody } from './send-fax.ts'

const Id = (description: string) => Type.String({ minLength: 1, maxLength: 64, description })

export const AssignBody = Closed(
  {
    assignee: Type.Optional(Nullable(StaffId, 'null: nobody any more.')),
    mailboxId: Type.Optional(Id('Where it shall lie from now on.')),
  },
  { examples: [{ assignee: 'okapi@clinic.example' }] },
)

export const MarkBody = Closed(
  {
    mark: Type.Enum([...MARKS]),
    reason: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 200,
        description: 'Why it is spam. Not encrypted: no patient data.',
      }),
    ),
  },
  { examples: [{ mark: 'spam', reason: 'Advertisement' }] },
)

export const NoteBody = Closed(
  { text: Type.String({ minLength: 1, maxLength: 4000, pattern: '\\S', description: 'Kept encrypted.' }) },
  { examples: [{ text: 'Called the sender: page 3 follows.' }] },
)

export const Note = Closed({
  id: Type.String(),
  author: Type.String({ description: 'Id of the key that wrote it.' }),
  text: Type.String(),
  createdAt: Time,
})

export const WrittenNote = Closed({
  ...Note.properties,
  text: Nullable(Type.String(), 'null when the reply to an idempotent request is repeated.'),
})

export const NoteList = ListOf(Note)
export const NotesQuery = Closed({ limit: Limit, cursor: Cursor })

const PARTS_MAX = 200

export const SplitBody = Closed(
  {
    parts: Type.Array(
      Closed({
        pages: Type.String({
          minLength: 1,
          maxLength: 2000,
          description: 'Pages of this part, in the order they shall have.',
        }),
      }),
      { minItems: 2, maxItems: PARTS_MAX, description: 'Every page goes to exactly one of them.' },
    ),
  },
  { examples: [{ parts: [{ pages: '1-3' }, { pages: '4,5' }] }] },
)

/** What was made of a received fax or several. */
export const Derived = Closed({ data: Type.Array(InboundSummary), nextCursor: Type.Null() })

const MERGED_MAX = 50

export const MergeBody = Closed(
  {
    ids: Type.Array(Id('A received fax.'), {
      minItems: 2,
      maxItems: MERGED_MAX,
      description: 'In the order their pages shall have.',
    }),
  },
  { examples: [{ ids: ['inb_01kdz7m5r0f1e2d3c4b5a69788', 'inb_01kdz7q2v8f1e2d3c4b5a69799'] }] },
)

export const ForwardBody = Closed(
  {
    to: Type.String({ minLength: 1, maxLength: 40, description: 'Destination, E.164.' }),
    from: Type.Optional(Type.String({ maxLength: 40, description: "Caller id; absent: the account's." })),
    cover: Type.Optional(CoverBody),
    pages: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 20 }), {
        minItems: 1,
        maxItems: 100,
        description: 'Pages to send, in this order, such as ["1-5", "2"]. Absent: all.',
      }),
    ),
    purpose: Type.Optional(PurposeCode),
    note: Type.Optional(
      Type.String({ minLength: 1, maxLength: 4000, pattern: '\\S', description: 'A note about this fax.' }),
    ),
    allowDuplicate: Type.Optional(
      Type.Boolean({ description: 'Send it although the same pages just went to that number.' }),
    ),
    allowNearMiss: Type.Optional(
      Type.Boolean({ description: 'The number is a slip away from a confirmed one, and meant.' }),
    ),
  },
  { examples: [{ to: '+12025550100', pages: ['1-2'], cover: { toName: 'Dr Okapi' } }] },
)

export const LinkBody = Closed(
  {
    patient: Type.Optional(
      Nullable(
        Patient,
        'Kept encrypted. null: of no patient any more. Faxes as which it was forwarded follow, if they were said to be the same.',
      ),
    ),
    replyTo: Type.Optional(Nullable(Id('The sent fax it answers.'), 'null: of none any more.')),
  },
  { examples: [{ patient: { id: 'MRN-000000', display: 'Test Patient Zebra' } }] },
)
