import Type from 'typebox'
import { DISPOSITIONS, type Disposition } from '../../../domain/disposition.ts'
import { RECEIVED_STATUSES } from '../../../domain/received-fax.ts'
import { Closed, Cursor, Limit, ListOf, Nullable, Time } from './common.ts'
import { Timeline } from './fax.ts'

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
  links: Closed({ self: Type.String(), content: Type.String() }),
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
    }),
  ),
  timeline: Type.Optional(Nullable(Timeline, 'With include=frames; null where the line recorded none.')),
})

export const InboundList = ListOf(InboundSummary)

export const ListInboundQuery = Closed({
  status: Type.Optional(Type.Enum([...RECEIVED_STATUSES])),
  number: Type.Optional(Type.String({ maxLength: 40, description: 'Number called, E.164.' })),
  limit: Limit,
  cursor: Cursor,
})
