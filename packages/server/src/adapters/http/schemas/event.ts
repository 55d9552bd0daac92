import Type from 'typebox'
import { Closed, Limit, ListOf, Nullable, Time } from './common.ts'

export const Event = Closed({
  id: Type.String(),
  type: Type.String(),
  createdAt: Time,
  livemode: Type.Boolean(),
  sequence: Type.Integer({ description: 'Rises by one with each event about the same fax; 0 for others.' }),
  cursor: Type.String({ description: 'Its place in the list: pass it as "after" to go on from here.' }),
  data: Type.Record(Type.String(), Type.Unknown()),
})

export const EventList = ListOf(Event)

const After = Type.String({ minLength: 1, maxLength: 64 })

export const EventsQuery = Closed({
  after: Type.Optional({
    ...After,
    description: 'The "cursor" or the id of an event: the list begins after it.',
  }),
  cursor: Type.Optional({ ...After, description: 'nextCursor of the page before; the same as "after".' }),
  limit: Limit,
})

export const AuditEntry = Closed({
  position: Type.String(),
  at: Time,
  actor: Closed({
    kind: Type.Enum(['key', 'user', 'system']),
    id: Type.String(),
    requestId: Nullable(Type.String()),
  }),
  action: Type.String({ description: 'A dotted verb, such as fax.accepted or webhook.created.' }),
  subjectId: Nullable(Type.String()),
  detail: Type.Record(Type.String(), Type.Unknown()),
})

export const AuditList = ListOf(AuditEntry)

export const AuditQuery = Closed({
  subjectId: Type.Optional(
    Type.String({ maxLength: 64, description: 'Only entries about this fax, key, …' }),
  ),
  cursor: Type.Optional(
    Type.String({ pattern: '^\\d{1,15}$', description: 'nextCursor or the "position" of an entry.' }),
  ),
  limit: Limit,
})
