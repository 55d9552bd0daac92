import type { ControlField } from '../facsimile-control-field.ts'
import { buildFrame } from '../frame.ts'
import { type AfterResponse, type AnswererState, type AnswererStep, go } from './answerer-state.ts'
import { stopTimers } from './endings.ts'

/** The answerer has not received a DIS, so its X bit is 0 (T.30 §5.3.6.1). */
export function ownFrame(field: ControlField, isFinal: boolean, information?: Uint8Array): Uint8Array {
  return buildFrame({ field, isFinal, hasReceivedDis: false, ...(information && { information }) })
}

/** Puts a response on the line and remembers it: whoever missed it will repeat the command. */
export function respond(
  state: AnswererState,
  command: string,
  frame: Uint8Array,
  then: AfterResponse,
): AnswererStep {
  return go(
    state,
    { name: 'RESPONSE', then },
    [
      ...stopTimers('T2', 'T4', 'signal', 'patience', 'pause'),
      { kind: 'transmit', transmissions: [{ kind: 'control', frames: [frame] }] },
    ],
    { lastAnswer: { command, frame, then } },
  )
}
