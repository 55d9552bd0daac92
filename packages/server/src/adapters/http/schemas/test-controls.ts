import Type from 'typebox'
import { EVENT_TYPES, type EventType } from '../../../domain/webhooks/event.ts'
import { CALLING_MACHINES, type CallingMachineName } from '../../../ports/calling-machines.ts'
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

export const CallInBody = Closed({
  to: Type.String({
    minLength: 1,
    maxLength: 40,
    description: 'Number called, E.164; buy one with POST /v2/numbers to have it routed as yours.',
    examples: ['+12025550123'],
  }),
  from: Type.Optional(
    Type.String({ maxLength: 40, description: 'Calling number, E.164; absent: withheld.' }),
  ),
  document: Type.Optional(
    Closed(
      {
        data: Type.String({
          minLength: 1,
          description: 'The file in base64; a data-URI prefix is tolerated.',
        }),
        fileName: Type.Optional(
          Type.String({ maxLength: 255, description: 'For people; the kind is told by content.' }),
        ),
      },
      { description: 'A PDF, TIFF, PNG or JPEG. Absent: one page made by the sandbox.' },
    ),
  ),
  machine: Type.Optional(
    Type.Enum(CALLING_MACHINES as readonly string[] as [CallingMachineName, ...CallingMachineName[]], {
      description: 'Who calls; the default gets every page across.',
      default: 'good_machine',
    }),
  ),
  dropsOnPage: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 500,
      description: 'For drops_mid_page: the page in the middle of which the line is cut. Default 1.',
    }),
  ),
  resolution: Type.Optional(
    Type.Enum(['standard', 'fine', 'superfine'], { description: 'Of the pages sent; default fine.' }),
  ),
})
