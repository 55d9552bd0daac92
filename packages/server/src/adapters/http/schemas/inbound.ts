import Type from 'typebox'
import { DISPOSITIONS, type Disposition } from '../../../domain/fax/disposition.ts'
import { RECEIVED_STATUSES } from '../../../domain/fax/received-fax.ts'
import { MARKS, PRIORITIES } from '../../../domain/inbox/inbox.ts'
import { Closed, ContentDeletedAt, Cursor, Limit, ListOf, Nullable, ShreddedAt, Time } from './common.ts'
import { Timeline } from './fax.ts'
import { Patient } from './papers.ts'

const ID = { minLength: 1, maxLength: 64 }

/** Whom or what a person is in the customer's own system: one line of text. */
export const StaffId = Type.String({
  minLength: 1,
  maxLength: 200,
  pattern: '^[^\\s\\p{C}]([^\\p{C}]*[^\\s\\p{C}])?$',
  description: 'Id or address of one of your own people or teams. Not encrypted: no patient data.',
})

const summary = {
  id: Type.String(),
  jobId: Type.Integer({ description: 'From the same count as faxes sent.' }),
  transactionId: Type.Integer(),
  livemode: Type.Boolean(),
  direction: Type.Literal('inbound'),
  status: Type.Enum([...RECEIVED_STATUSES]),
  line: Type.String(),
  trunkId: Nullable(Type.String()),
  to: Type.String({ description: 'Number called. Masked unless the key has the scope inbound:content.' }),
  from: Nullable(Type.String(), 'Number that called, as the network told it; null when withheld.'),
  remoteId: Nullable(Type.String(), "The sending machine's TSI; what it says of itself, not proof."),
  pageCount: Type.Integer({
    description: 'Pages stored. Each was stored before it was confirmed to the sender.',
  }),
  badRows: Type.Integer({ description: 'Rows that could not be read, in all pages.' }),
  disposition: Nullable(Type.Enum(Object.keys(DISPOSITIONS) as [Disposition, ...Disposition[]])),
  code: Nullable(Type.String()),
  message: Nullable(Type.String(), 'One sentence for a person.'),
  sipStatus: Nullable(Type.Integer()),
  q850Cause: Nullable(Type.Integer()),
  t30Result: Nullable(Type.String()),
  bitRate: Nullable(Type.Integer({ description: 'bit/s' })),
  ecm: Nullable(Type.Boolean()),
  startedAt: Time,
  endedAt: Nullable(Time),
  numberId: Nullable(Type.String(), "The account's number that was called, where it owned it."),
  mailboxId: Type.String(),
  owner: Type.String({ description: 'Who answers for it: the assignee, or else the owner of the mailbox.' }),
  assignee: Nullable(Type.String()),
  mark: Type.Enum([...MARKS]),
  markedAt: Nullable(Time),
  spamReason: Nullable(Type.String()),
  priority: Type.Enum([...PRIORITIES]),
  dueAt: Nullable(Time, 'When somebody must have taken it up; null once somebody has.'),
  escalatedAt: Nullable(Time, 'When it was told that nobody did.'),
  origin: Type.Enum(['call', 'split', 'merge']),
  originIds: Type.Array(Type.String(), {
    description: 'The faxes whose pages these are, when it was split or merged.',
  }),
  duplicateOf: Nullable(Type.String(), 'The earlier fax with the same pages, whoever sent it.'),
  replyTo: Nullable(Type.String(), 'The sent fax it answers.'),
  patient: Nullable(Patient, 'Whose papers these are; null also without the scope inbound:content.'),
  textState: Type.Enum(['none', 'waiting', 'ready', 'failed'], {
    description: 'Whether its pages were read, so that search finds it.',
  }),
  contentDeletedAt: ContentDeletedAt,
  shreddedAt: ShreddedAt,
  links: Closed({ self: Type.String(), content: Type.String(), notes: Type.String() }),
}

export const InboundSummary = Closed(summary)

export const Inbound = Closed({
  ...summary,
  sequence: Type.Integer({ description: 'Number of the last event told about it.' }),
  pages: Type.Array(
    Closed({
      number: Type.Integer({ description: '1-based.' }),
      width: Type.Integer({ description: 'Pixels.' }),
      rows: Type.Integer({ description: 'Scan lines.' }),
      resolution: Type.String(),
      badRows: Type.Integer(),
      quality: Type.Enum(['clean', 'usable', 'poor'], { description: 'poor: a person should look at it.' }),
      receivedAt: Time,
      rotation: Type.Enum([0, 90, 180, 270], { description: 'Degrees clockwise to turn it for reading.' }),
      barcodes: Type.Array(Closed({ format: Type.String(), text: Type.String() }), {
        description: 'What stands in its barcodes: untrusted text. Empty without the scope inbound:content.',
      }),
    }),
  ),
  noteCount: Type.Integer(),
  derivedIds: Type.Array(Type.String(), {
    description: 'The faxes that were split off it or merged from it.',
  }),
  timeline: Type.Optional(Nullable(Timeline, 'With include=frames; null where the line recorded none.')),
})

export const InboundList = ListOf(InboundSummary)

const YesNo = (description: string) => Type.Optional(Type.Boolean({ description }))

const filters = {
  status: Type.Optional(
    Type.String({
      maxLength: 200,
      description: 'One status or several with commas.',
      examples: ['received'],
    }),
  ),
  number: Type.Optional(Type.String({ maxLength: 40, description: 'Number called, E.164.' })),
  from: Type.Optional(Type.String({ maxLength: 40, description: 'Number that called, E.164.' })),
  numberId: Type.Optional(
    Type.String({ ...ID, description: "The account's number that was called, num_…." }),
  ),
  mailboxId: Type.Optional(Type.String(ID)),
  assignee: Type.Optional(
    Type.String({ minLength: 1, maxLength: 200, description: '"none": assigned to nobody.' }),
  ),
  mark: Type.Optional(
    Type.String({
      maxLength: 100,
      description: 'One mark or several with commas.',
      examples: ['new,in_review'],
    }),
  ),
  priority: Type.Optional(Type.Enum([...PRIORITIES])),
  overdue: Type.Optional(
    Type.Literal(true, { description: 'Only those that somebody should have taken up by now.' }),
  ),
  reply: YesNo('Whether it answers a fax you sent.'),
  duplicate: YesNo('Whether the same pages came before.'),
  startedAfter: Type.Optional(
    Type.String({
      format: 'date-time',
      description: 'With a range of time the list is in the order of the calls.',
    }),
  ),
  startedBefore: Type.Optional(Time),
  q: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 400,
      description:
        'Words that all stand on its pages, in any order. Case, accents and punctuation do not count; there are no phrases and no ' +
        'parts of words. Needs the scope inbound:content. See docs/explanation/search.md.',
    }),
  ),
  limit: Limit,
  cursor: Cursor,
}

export const ListInboundQuery = Closed(filters)

/** The same, in a body. */
export const SearchInboundBody = Closed(filters, { examples: [{ q: 'zebra referral', mark: 'new' }] })
