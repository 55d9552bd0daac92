import { ParseError } from '../../parse-error.ts'
import { parseFrame } from '../frame.ts'
import type { T30Effect, T30Input, T30Machine } from '../machine.ts'
import {
  type AnswererOptions,
  type AnswererState,
  type AnswererStep,
  startingState,
  stay,
} from './answerer-state.ts'
import { disconnect, end } from './endings.ts'
import { awaitResponseSent, listenForCommand, receive } from './listening.ts'
import { awaitDisSent, receiveTraining } from './phase-b.ts'
import { awaitCommitment, takeCommitment } from './phase-d.ts'
import { takeFrame } from './take-frame.ts'

type Handler = (state: AnswererState, input: T30Input) => AnswererStep

const PLACES: Readonly<Record<AnswererState['place']['name'], Handler>> = {
  R_DIS: awaitDisSent,
  R_COMMAND: listenForCommand,
  F_TCF: receiveTraining,
  F_RECEIVE: receive,
  III_COMMITTING: awaitCommitment,
  RESPONSE: awaitResponseSent,
  C_DCN: awaitDcnSent,
  ENDED: (state) => stay(state),
}

/** One step of the called terminal (T.30 figures 5-2a to 5-2e and A.8). Pure but for the image octets the state gathers. */
function stepAnswerer(state: AnswererState, input: T30Input): AnswererStep {
  const { place } = state
  if (place.name === 'ENDED') return stay(state)
  switch (input.kind) {
    case 'frame':
      return stepByFrame(state, input.octets)
    case 'carrier_lost':
      return end(state, place.name === 'C_DCN' ? place.result : 'carrier_lost')
    case 'hang_up':
      return place.name === 'C_DCN' ? stay(state) : disconnect(state, 'hung_up')
    case 'page_committed':
    case 'page_not_committed':
      return takeCommitment(state, input.kind === 'page_committed')
    default:
      return PLACES[place.name](state, input)
  }
}

function stepByFrame(state: AnswererState, octets: Uint8Array): AnswererStep {
  try {
    return takeFrame(state, parseFrame(octets))
  } catch (error) {
    // A frame that cannot be read is a frame that did not come; the timers see to the rest.
    if (error instanceof ParseError) return stay(state, { kind: 'note', what: 'unreadable frame' })
    throw error
  }
}

function awaitDcnSent(state: AnswererState, input: T30Input): AnswererStep {
  if (input.kind !== 'sent' || state.place.name !== 'C_DCN') return stay(state)
  return end(state, state.place.result)
}

/** The called terminal, ready for `start`. */
export class Answerer implements T30Machine {
  #state: AnswererState

  constructor(options: AnswererOptions) {
    this.#state = startingState(options)
  }

  get state(): AnswererState {
    return this.#state
  }

  take(input: T30Input): readonly T30Effect[] {
    const { state, effects } = stepAnswerer(this.#state, input)
    this.#state = state
    return effects
  }
}
