import Type from 'typebox'
import { MARKS } from '../../../domain/inbox/inbox.ts'
import { WEEKDAYS } from '../../../domain/time/weekly-schedule.ts'
import { Closed, Cursor, Limit, ListOf, Nullable, Time } from './common.ts'
import { EmailAddress, MailboxId, NoticesState, Person, PriorityName } from './mailbox.ts'

const LINE_OF_TEXT = '^[^\\x00-\\x1f\\x7f]+$'

const Wanted = Type.String({ minLength: 1, maxLength: 100, pattern: LINE_OF_TEXT })
const TimeOfDay = Type.String({ minLength: 5, maxLength: 5, description: 'HH:MM' })
const Reason = Closed({
  reason: Type.String({
    minLength: 1,
    maxLength: 200,
    pattern: LINE_OF_TEXT,
    description: 'For the people who look at it later. No telephone numbers.',
  }),
})

export const Conditions = Closed(
  {
    from: Type.Optional(
      Type.Array(Type.String({ minLength: 2, maxLength: 16 }), {
        minItems: 1,
        maxItems: 500,
        description: 'Callers, one of which must fit: E.164, or the beginning of one and *, such as +1202*.',
      }),
    ),
    anonymous: Type.Optional(Type.Boolean({ description: 'Whether the caller withheld the number.' })),
    stationId: Type.Optional(
      Type.Union([Closed({ equals: Wanted }), Closed({ contains: Wanted })], {
        description: 'What the sending machine says of itself (TSI); case and blanks make no difference.',
      }),
    ),
    barcode: Type.Optional(
      Type.Union([Closed({ equals: Wanted }), Closed({ startsWith: Wanted })], {
        description: 'One of the barcodes on the pages.',
      }),
    ),
    schedule: Type.Optional(
      Closed(
        {
          timeZone: Type.String({ minLength: 1, maxLength: 64, description: 'IANA name.' }),
          days: Type.Array(Type.Enum([...WEEKDAYS]), { minItems: 1, maxItems: 7, uniqueItems: true }),
          from: TimeOfDay,
          to: TimeOfDay,
        },
        {
          description:
            'When the call began. A window that ends at or before its beginning runs across midnight and belongs to the day it begins on.',
        },
      ),
    ),
  },
  { description: 'All that are given must hold; none: every fax.' },
)

export const Actions = Closed(
  {
    mailboxId: Type.Optional(MailboxId),
    assignee: Type.Optional(Person),
    priority: Type.Optional(PriorityName),
    notify: Type.Optional(
      Type.Array(EmailAddress, {
        minItems: 1,
        maxItems: 20,
        description: 'Told by email that the fax came, besides the addresses of the mailbox.',
      }),
    ),
    block: Type.Optional(Reason),
    spam: Type.Optional(Reason),
  },
  {
    description:
      'At least one. block refuses the call and goes with nothing else; spam takes the fax, marks it, and goes with mailboxId alone.',
  },
)

const settings = {
  name: Type.String({ minLength: 1, maxLength: 80, pattern: LINE_OF_TEXT }),
  position: Type.Integer({
    minimum: 0,
    maximum: 10_000,
    default: 100,
    description: 'Lower is asked first; among equals the oldest.',
  }),
  enabled: Type.Boolean({ default: true }),
  numberId: Nullable(
    Type.String({ maxLength: 64 }),
    'For calls to this number of the account; null: to every one.',
  ),
  conditions: Conditions,
  actions: Actions,
}

export const Route = Closed({
  id: Type.String(),
  ...settings,
  notices: NoticesState,
  createdAt: Time,
  updatedAt: Time,
})
export const RouteList = Closed({ data: Type.Array(Route), nextCursor: Type.Null() })

const { position, enabled, numberId, ...needed } = settings

export const CreateRouteBody = Closed(
  { ...needed, ...Type.Partial(Closed({ position, enabled, numberId })).properties },
  {
    examples: [
      {
        name: 'Referrals by code',
        conditions: { barcode: { startsWith: 'REF-' } },
        actions: { priority: 'urgent' },
      },
    ],
  },
)

export const UpdateRouteBody = Closed(Type.Partial(Closed(settings)).properties)

export const TestRouteBody = Closed(
  {
    to: Type.String({ maxLength: 40, description: 'Number called.' }),
    from: Nullable(Type.String({ maxLength: 40 }), 'Number that calls; null: withheld.'),
    at: Type.Optional(Type.String({ format: 'date-time', description: 'RFC 3339; absent: now.' })),
    stationId: Type.Optional(
      Nullable(Type.String({ maxLength: 100 }), 'Absent: not known yet; null: the machine says nothing.'),
    ),
    barcodes: Type.Optional(
      Type.Array(Type.String({ maxLength: 500 }), { maxItems: 50, description: 'Absent: not read yet.' }),
    ),
  },
  { examples: [{ to: '+12025550170', from: '+12025550171', stationId: 'TEST CLINIC ZEBRA' }] },
)

const RouteName = Closed({ id: Type.String(), name: Type.String() })

export const RouteTestResult = Closed({
  route: Nullable(RouteName, 'The first that holds for what is known; null: none.'),
  isFinal: Type.Boolean({ description: 'false: one of "undecided" may still take the fax.' }),
  undecided: Type.Array(Closed({ route: RouteName, needs: Type.Enum(['stationId', 'barcode']) }), {
    description: 'Routes before it that wait for a fact.',
  }),
  call: Type.Enum(['answered', 'refused']),
  outcome: Nullable(
    Closed({
      mailboxId: Nullable(Type.String(), 'null: the default one, which is made when it is first needed.'),
      assignee: Nullable(Type.String()),
      priority: PriorityName,
      mark: Type.Enum([...MARKS]),
      spamReason: Nullable(Type.String()),
    }),
    'Where the fax would lie; null when the call is refused.',
  ),
})

export const BlockedQuery = Closed({ limit: Limit, cursor: Cursor })

export const BlockedList = ListOf(
  Closed({
    id: Type.String(),
    routeId: Nullable(Type.String(), 'null: the route was deleted since.'),
    numberId: Nullable(Type.String(), 'Number called.'),
    from: Nullable(Type.String(), 'Masked unless the key has the scope inbound:content; null when withheld.'),
    reason: Type.String(),
    at: Time,
  }),
)
