import Type from 'typebox'
import { PRIORITIES } from '../../../domain/inbox/inbox.ts'
import { FAX_NOTICE_KINDS, NOTICE_STATUSES } from '../../../domain/notices/notice.ts'
import { Closed, Cursor, Limit, ListOf, Nullable, Time } from './common.ts'

const LINE_OF_TEXT = '^[^\\x00-\\x1f\\x7f]+$'
/** A month: whoever needs longer needs no clock. */
const MINUTES_MAX = 43_200

export const EmailAddress = Type.String({ maxLength: 254, description: 'A plain mail address.' })
export const MailboxId = Type.String({ maxLength: 64, description: 'Id of a mailbox, mbx_….' })
export const Person = Type.String({
  minLength: 1,
  maxLength: 200,
  pattern: LINE_OF_TEXT,
  description: 'Id or mail address of a person or team of your own.',
})
export const NoticesState = Type.Enum(['off', 'on', 'not_configured'], {
  description:
    'off: no mail address is named. not_configured: there is one, and the server has no mail server, so nobody is told.',
})
export const PriorityName = Type.Enum([...PRIORITIES])

function minutes(priority: string, standard: number) {
  return Type.Integer({
    minimum: 1,
    maximum: MINUTES_MAX,
    default: standard,
    description: `Minutes within which somebody takes up a fax of priority ${priority}.`,
  })
}

const settings = {
  name: Type.String({ minLength: 1, maxLength: 80, pattern: LINE_OF_TEXT, description: 'Unique.' }),
  department: Nullable(Type.String({ minLength: 1, maxLength: 80, pattern: LINE_OF_TEXT })),
  owner: Type.String({
    minLength: 1,
    maxLength: 200,
    pattern: LINE_OF_TEXT,
    description:
      'Who answers for faxes in it that have no assignee: id or mail address. Not encrypted: no patient data.',
  }),
  escalateTo: Nullable(Person, 'Who is told of a fax that nobody took up in time; null: the owner.'),
  urgentMinutes: minutes('urgent', 60),
  normalMinutes: minutes('normal', 1440),
  notify: Type.Array(EmailAddress, {
    maxItems: 20,
    description: 'Told by email that a fax came. Stored encrypted.',
  }),
}

export const Mailbox = Closed({
  id: Type.String(),
  isDefault: Type.Boolean({ description: 'Takes what no number and no route sends elsewhere.' }),
  ...settings,
  notices: NoticesState,
  createdAt: Time,
  updatedAt: Time,
})

export const MailboxList = Closed({ data: Type.Array(Mailbox), nextCursor: Type.Null() })

const { name, owner, ...others } = settings

export const CreateMailboxBody = Closed(
  { name, owner, ...Type.Partial(Closed(others)).properties },
  { examples: [{ name: 'Cardiology', owner: 'cardiology-desk', urgentMinutes: 30 }] },
)

export const UpdateMailboxBody = Closed(Type.Partial(Closed(settings)).properties)

export const DeleteMailboxQuery = Closed({
  heir: Type.Optional(
    Type.String({ maxLength: 64, description: 'Mailbox that takes over its faxes, numbers and routes.' }),
  ),
})

export const NoticeQuery = Closed({
  status: Type.Optional(Type.Enum([...NOTICE_STATUSES])),
  limit: Limit,
  cursor: Cursor,
})

export const NoticeList = ListOf(
  Closed({
    id: Type.String(),
    inboundId: Type.String(),
    kind: Type.Enum([...FAX_NOTICE_KINDS]),
    to: Type.String({ description: 'Its first letter and its domain.' }),
    status: Type.Enum([...NOTICE_STATUSES]),
    attemptCount: Type.Integer(),
    error: Nullable(
      Type.String(),
      'Of the last attempt that failed: connect, timeout, tls, login, deferred, refused, protocol, not_configured.',
    ),
    nextAttemptAt: Nullable(Time),
    createdAt: Time,
    endedAt: Nullable(Time),
  }),
)
