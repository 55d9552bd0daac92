import Type from 'typebox'
import { Closed, Limit, ListOf, Time } from './common.ts'

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
