import Type from 'typebox'
import { EVENT_TYPES, type EventType } from '../../../domain/event.ts'
import { Closed } from './common.ts'

export const AdvanceBody = Closed({
  seconds: Type.Number({
    minimum: 0.001,
    maximum: 31 * 86_400,
    description: 'Added to the test clock; retries and schedules that are due by then run.',
  }),
})

export const TestClock = Closed({
  now: Type.String({ format: 'date-time', description: 'The time test-mode faxes live in.' }),
})

export const TriggerEventBody = Closed({
  type: Type.Enum(EVENT_TYPES as [EventType, ...EventType[]]),
})

export const TriggeredEvent = Closed({
  id: Type.String(),
  type: Type.String(),
})
