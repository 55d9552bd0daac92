import Type from 'typebox'
import { DISPOSITIONS, type Disposition } from '../../../domain/fax/disposition.ts'
import { FAX_STATUSES } from '../../../domain/fax/fax.ts'
import { HOLD_REASONS } from '../../../domain/recipients/misdirection.ts'
import { Closed, ContentDeletedAt, Cursor, Limit, ListOf, Nullable, ShreddedAt, Time } from './common.ts'
import { Patient, PurposeCode } from './papers.ts'

const Status = Type.Enum(FAX_STATUSES as ['queued', ...typeof FAX_STATUSES])
const DispositionName = Type.Enum(Object.keys(DISPOSITIONS) as [Disposition, ...Disposition[]])

export const FaxPage = Closed({
  number: Type.Integer({ description: '1-based; the cover sheet is page 1 when there is one.' }),
  kind: Type.String({ description: 'How the page was turned into black and white.' }),
  resolution: Type.String(),
  width: Type.Integer({ description: 'Pixels.' }),
  rows: Type.Integer({ description: 'Scan lines.' }),
  estimatedSeconds: Type.Number({ description: 'On the line at 14,400 bit/s.' }),
})

const summary = {
  id: Type.String(),
  jobId: Type.Integer(),
  livemode: Type.Boolean(),
  direction: Type.Literal('outbound'),
  status: Status,
  to: Type.String({ description: 'Masked unless the key has the scope faxes:content.' }),
  from: Nullable(Type.String()),
  pageCount: Nullable(Type.Integer(), 'null until rendered.'),
  pagesConfirmed: Type.Integer({ description: 'Pages the far end confirmed.' }),
  estimatedSeconds: Nullable(Type.Number(), 'Of all pages on the line at 14,400 bit/s.'),
  attemptCount: Type.Integer(),
  nextAttemptAt: Nullable(Time, 'When the next call is due, if one is.'),
  hold: Nullable(
    Closed({
      reason: Type.Enum([...HOLD_REASONS]),
      since: Time,
      neighbours: Type.Array(Type.String(), {
        description: 'Ids of confirmed recipients whose number is a slip away.',
      }),
    }),
    'Why it waits for a person; it expires when nobody releases or cancels it.',
  ),
  disposition: Nullable(DispositionName, 'How the last attempt ended.'),
  code: Nullable(Type.String(), 'Stable code of what went wrong.'),
  message: Nullable(Type.String(), 'One sentence for a person.'),
  tags: Type.Array(Type.String()),
  clientReference: Nullable(Type.String()),
  patient: Nullable(Patient, 'Whose papers it is; null for keys without the scope faxes:content.'),
  purpose: Nullable(PurposeCode, 'null: nobody said why it is sent.'),
  resendOf: Nullable(Type.String()),
  createdAt: Time,
  sendAt: Nullable(Time),
  startedAt: Nullable(Time, 'When the first call was placed.'),
  endedAt: Nullable(Time),
  contentDeletedAt: ContentDeletedAt,
  shreddedAt: ShreddedAt,
  links: Closed({
    self: Type.String(),
    attempts: Type.String(),
    events: Type.String(),
    content: Type.String(),
  }),
}

export const FaxSummary = Closed(summary)

export const Fax = Closed({
  ...summary,
  priority: Type.Integer(),
  resolution: Type.String(),
  paper: Type.String(),
  renderMode: Type.String(),
  sequence: Type.Integer({ description: 'Number of the last event told about this fax.' }),
  deadlineAt: Nullable(Time, 'When the watchdog ends it if nothing else has.'),
  cancelRequestedAt: Nullable(Time),
  pages: Type.Array(FaxPage),
})

export const FaxList = ListOf(FaxSummary)

export const ListFaxesQuery = Closed({
  status: Type.Optional(
    Type.String({
      maxLength: 200,
      description: 'One status or several with commas.',
      examples: ['failed,expired'],
    }),
  ),
  number: Type.Optional(Type.String({ maxLength: 40, description: 'Destination, E.164.' })),
  tag: Type.Optional(Type.String({ maxLength: 64 })),
  held: Type.Optional(Type.Boolean({ description: 'true: only those that wait for a person.' })),
  createdAfter: Type.Optional(Time),
  createdBefore: Type.Optional(Time),
  limit: Limit,
  cursor: Cursor,
})

export const TimelineEntry = Closed({
  atMs: Type.Integer({ description: 'Since the call began.' }),
  direction: Type.Enum(['sent', 'received', 'local']),
  what: Type.String({
    description: 'A frame such as DIS or PPS-EOP, a signal, a timer, or a step of the call.',
  }),
  detail: Type.Optional(
    Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean()])),
  ),
})

export const Timeline = Closed(
  {
    entries: Type.Array(TimelineEntry),
    cut: Type.Integer({ description: 'Entries left out after the 3,000th; 0 but for very long calls.' }),
  },
  { description: 'What went over the line, frame by frame, without image data.' },
)

export const Attempt = Closed({
  id: Type.String(),
  number: Type.Integer({ description: '1-based.' }),
  line: Type.String({ description: 'The line that placed the call, such as sandbox or sip.' }),
  trunk: Nullable(
    Closed({ id: Type.String(), name: Nullable(Type.String(), 'null: the trunk was deleted.') }),
    'The trunk it went out on, on lines that have them.',
  ),
  upstream: Nullable(
    Closed({
      providerId: Type.String(),
      name: Nullable(Type.String(), 'null: the provider was removed.'),
      reference: Nullable(
        Type.String(),
        "The provider's name for the fax (iFax: jobId); null: it never said, or refused it.",
      ),
      code: Nullable(Type.Integer(), 'Its own number for the end.'),
      cause: Nullable(Type.String(), 'Its own word for it, such as USER_BUSY.'),
      evidence: Type.Literal('provider', {
        description:
          "Pages confirmed are those the provider reports; this server saw no page being confirmed, and knows nothing of the call's speed or error correction.",
      }),
    }),
    'What a provider says, where one placed the call.',
  ),
  firstPage: Type.Integer({ description: 'Above 1 when an earlier attempt got part of it through.' }),
  startedAt: Time,
  connectedAt: Nullable(Time),
  endedAt: Nullable(Time),
  disposition: Nullable(DispositionName),
  code: Nullable(Type.String()),
  message: Nullable(Type.String()),
  pagesConfirmed: Type.Integer(),
  dataExchanged: Nullable(Type.Enum(['none', 'some', 'unknown'])),
  failedOver: Type.Boolean({ description: 'The next attempt followed at once, on another trunk.' }),
  answeredAfterMs: Nullable(Type.Integer(), 'From the beginning of the call to its answer.'),
  sipStatus: Nullable(Type.Integer()),
  q850Cause: Nullable(Type.Integer()),
  t30Result: Nullable(Type.String()),
  bitRate: Nullable(Type.Integer({ description: 'bit/s' })),
  ecm: Nullable(Type.Boolean()),
  remoteId: Nullable(Type.String(), "The far end's CSI; what it says of itself, not proof."),
  remoteNsf: Nullable(Type.String(), "The far end's NSF in hex: it tells the make of the machine."),
  journal: Type.Array(Closed({ at: Time, kind: Type.String(), page: Nullable(Type.Integer()) }), {
    description: 'Each step as it was recorded, before the line went on.',
  }),
  timeline: Type.Optional(
    Nullable(
      Timeline,
      'With include=frames; null where the line recorded none. See docs/guides/frame-timeline.md.',
    ),
  ),
})

export const AttemptList = Closed({ data: Type.Array(Attempt), nextCursor: Type.Null() })

export const AttemptsQuery = Closed({
  include: Type.Optional(
    Type.Enum(['frames'], { description: 'Also the T.30 frames, on lines that record them.' }),
  ),
})

export const FaxEvent = Closed({
  id: Type.String(),
  type: Type.String(),
  createdAt: Time,
  livemode: Type.Boolean(),
  sequence: Type.Integer({ description: 'Rises by one per fax.' }),
  data: Type.Record(Type.String(), Type.Unknown()),
})

export const FaxEventList = ListOf(FaxEvent)
export const EventPageQuery = Closed({
  limit: Limit,
  cursor: Type.Optional(
    Type.String({ pattern: '^\\d{1,9}$', description: 'nextCursor of the page before.' }),
  ),
})

export const ContentQuery = Closed({
  format: Type.Optional(Type.Enum(['pdf', 'tiff', 'png'], { default: 'pdf' })),
  page: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000, description: 'For png; 1-based.' })),
  thumb: Type.Optional(
    Type.Enum(['s', 'l'], { description: 'A small picture: about 160 or 640 pixels wide.' }),
  ),
})
