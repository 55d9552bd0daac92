import { ParseError } from '../../parse-error.ts'
import { parseFrame, type T30Frame } from '../frame.ts'
import type { T30Effect, T30Input, T30Machine } from '../machine.ts'
import { type CallerOptions, type CallerState, type CallerStep, startingState, stay } from './caller-state.ts'
import { disconnect, end, endDisconnected } from './endings.ts'
import { awaitVerdict, listenForDis, takeIdentification } from './phase-b.ts'
import { awaitAnnouncement, awaitPageSent } from './phase-c.ts'
import { awaitCommandSent, awaitRecord, awaitResponse, takeResponse } from './phase-d.ts'
import { hearingIn, reactionTo } from './reactions.ts'

type Handler = (state: CallerState, input: T30Input) => CallerStep

const PLACES: Readonly<Record<CallerState['place']['name'], Handler>> = {
  T: listenForDis,
  B_IDENTITY: awaitVerdict,
  I_ANNOUNCING: awaitAnnouncement,
  I_PAGE: awaitPageSent,
  COMMAND: awaitCommandSent,
  RESPONSE: awaitResponse,
  II_RECORDING: awaitRecord,
  C_DCN: awaitDcnSent,
  ENDED: (state) => stay(state),
}

/** One step of the calling terminal (T.30 figures 5-2a to 5-2e and A.8). Pure: the same state and input give the same step. */
function stepCaller(state: CallerState, input: T30Input): CallerStep {
  const { name } = state.place
  if (name === 'ENDED') return stay(state)
  if (input.kind === 'carrier_lost') return end(state, name === 'C_DCN' ? resultAtDcn(state) : 'carrier_lost')
  if (input.kind === 'hang_up') return name === 'C_DCN' ? stay(state) : disconnect(state, 'hung_up')
  try {
    return input.kind === 'frame' ? takeFrame(state, parseFrame(input.octets)) : PLACES[name](state, input)
  } catch (error) {
    // A frame that cannot be read is a frame that did not come; the timers see to the rest.
    if (error instanceof ParseError) return stay(state, { kind: 'note', what: 'unreadable frame' })
    throw error
  }
}

function takeFrame(state: CallerState, frame: T30Frame): CallerStep {
  const reaction = reactionTo(frame.field, hearingIn(state.place))
  if (reaction === 'ignore') return stay(state)
  if (reaction === 'disconnected') return endDisconnected(state)
  if (state.place.name === 'RESPONSE') return takeResponse(state, frame, reaction)
  return takeIdentification(state, frame, reaction)
}

function awaitDcnSent(state: CallerState, input: T30Input): CallerStep {
  return input.kind === 'sent' ? end(state, resultAtDcn(state)) : stay(state)
}

function resultAtDcn({ place }: CallerState) {
  return place.name === 'C_DCN' ? place.result : 'carrier_lost'
}

/** The calling terminal, ready for `start`. */
export class Caller implements T30Machine {
  #state: CallerState

  constructor(options: CallerOptions) {
    if (options.pages.length === 0) throw new RangeError('a call needs a page to send')
    this.#state = startingState(options)
  }

  get state(): CallerState {
    return this.#state
  }

  take(input: T30Input): readonly T30Effect[] {
    const { state, effects } = stepCaller(this.#state, input)
    this.#state = state
    return effects
  }
}
