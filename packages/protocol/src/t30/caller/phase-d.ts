import type { T30Frame } from '../frame.ts'
import type { T30Effect, T30Input } from '../machine.ts'
import { slowerModulation } from '../modulation.ts'
import { commonModems } from '../negotiate.ts'
import { type PostMessage, parsePpr } from '../partial-page.ts'
import { COMMAND_TRIES_MAX } from '../timers.ts'
import {
  type CallerState,
  type CallerStep,
  type Command,
  currentPage,
  go,
  isLastPage,
  type Place,
  stay,
} from './caller-state.ts'
import { sendCommand } from './commands.ts'
import { disconnect } from './endings.ts'
import { train, trainSlower } from './phase-b.ts'
import { afterBlock, announcePage, sendBlock, sendNextBlock } from './phase-c.ts'
import type { Reaction } from './reactions.ts'

/** T.30 A.4.4.1: after the fourth PPR for a block the speed changes, or the block is given up. */
const REPEAT_REQUESTS_MAX = 4
/** A page refused once is sent once more, slower. Never more: a receiver that says RTN to everything would keep the line. */
const REFUSALS_MAX = 2

type Response = Extract<Place, { name: 'RESPONSE' }>

/** The command has left: its response has until T4. */
export function awaitCommandSent(state: CallerState, input: T30Input): CallerStep {
  if (input.kind === 'timer' && input.timer === 'T5') return disconnect(state, 'receiver_not_ready')
  if (state.place.name !== 'COMMAND' || input.kind !== 'sent') return stay(state)
  const { command, tries } = state.place
  return go(state, { name: 'RESPONSE', command, tries, isHearing: false }, [
    { kind: 'start_timer', timer: 'T4', delayMs: state.options.timers.t4Ms },
  ])
}

/** The post-message command has left: a response, or the silence that makes it be said again (T.30 §5.4.2). */
export function awaitResponse(state: CallerState, input: T30Input): CallerStep {
  const place = state.place as Response
  switch (input.kind) {
    case 'signal_started':
      return hear(state, place)
    case 'signal_ended':
      // What came brought no response we know: as good as none.
      return place.isHearing ? noResponse(state, place) : stay(state)
    case 'timer':
      if (input.timer === 'T5') return disconnect(state, 'receiver_not_ready')
      return input.timer === 'T4' || input.timer === 'signal' ? noResponse(state, place) : stay(state)
    default:
      return stay(state)
  }
}

/** T4 asks whether a signal comes, not how long it takes (T.30 §5.4.3.1). */
function hear(state: CallerState, place: Response): CallerStep {
  if (place.isHearing) return stay(state)
  return go(state, { ...place, isHearing: true }, [
    { kind: 'stop_timer', timer: 'T4' },
    { kind: 'start_timer', timer: 'signal', delayMs: state.options.timers.signalMs },
  ])
}

function noResponse(state: CallerState, { command, tries }: Response): CallerStep {
  if (tries < COMMAND_TRIES_MAX) return sendCommand(state, command, tries + 1)
  return disconnect(state, command.kind === 'DCS' ? 'no_response_to_dcs' : 'no_response_to_page')
}

/** A frame that answers the post-message command, as far as it is one. */
export function takeResponse(state: CallerState, frame: T30Frame, reaction: Reaction): CallerStep {
  const place = state.place as Response
  if (reaction === 'repeat') return noResponse(state, place)
  const handler = HANDLERS[reaction]
  if (!handler) return stay(state)
  // Any real answer ends the receiver's not-ready time, but for another RNR.
  const isStillWaiting = reaction === 'not_ready'
  const step = handler(isStillWaiting ? state : { ...state, isT5Running: false }, frame, place.command)
  const stopped: T30Effect[] = isStillWaiting ? [] : [{ kind: 'stop_timer', timer: 'T5' }]
  return { state: step.state, effects: [...stopped, ...step.effects] }
}

type Handler = (state: CallerState, frame: T30Frame, command: Command) => CallerStep

const HANDLERS: Readonly<Partial<Record<Reaction, Handler>>> = {
  trained: (state) => announcePage(state),
  train_slower: (state) => trainSlower(state) ?? disconnect(state, 'training_failed'),
  confirmed: (state, _, command) => confirm(state, command, false),
  confirmed_train: (state, _, command) => confirm(state, command, true),
  refused: (state) => refuse(state),
  send_missing: (state, frame) => sendMissing(state, frame),
  not_ready: (state) => waitUntilReady(state),
  rate_changed: (state, _, command) => changeRate(state, command),
  given_up: (state) => disconnect(state, 'page_not_recovered'),
}

function confirm(state: CallerState, command: Command, mustTrain: boolean): CallerStep {
  const after = 'after' in command ? command.after : 'NULL'
  if (after === 'NULL') return mustTrain ? refuse(state) : sendNextBlock(state)
  const counted: CallerState = { ...state, confirmed: state.confirmed + 1, refusals: 0 }
  const record: T30Effect = { kind: 'record_page', page: currentPage(state).number }
  if (isLastPage(state)) {
    const last = disconnect(counted, 'ok')
    return { state: last.state, effects: [record, ...last.effects] }
  }
  return go(counted, { name: 'II_RECORDING', after, mustTrain }, [
    { kind: 'stop_timer', timer: 'T4' },
    { kind: 'stop_timer', timer: 'signal' },
    { kind: 'start_timer', timer: 'driver', delayMs: state.options.timers.driverMs },
    record,
  ])
}

/** The driver puts on record that the page was confirmed; then the next begins, or the call ends. */
export function awaitRecord(state: CallerState, input: T30Input): CallerStep {
  if (state.place.name !== 'II_RECORDING') return stay(state)
  if (input.kind === 'timer' && input.timer === 'driver') return disconnect(state, 'not_recorded')
  if (input.kind !== 'page_recorded') return stay(state)
  const turned: CallerState = { ...state, index: state.index + 1, block: undefined, coded: undefined }
  const step = turnPage(turned, state.place.after, state.place.mustTrain)
  return { state: step.state, effects: [{ kind: 'stop_timer', timer: 'driver' }, ...step.effects] }
}

function turnPage(state: CallerState, after: PostMessage, mustTrain: boolean): CallerStep {
  if (after === 'EOM') {
    return go(state, { name: 'T' }, [
      { kind: 'start_timer', timer: 'T1', delayMs: state.options.timers.t1Ms },
    ])
  }
  return mustTrain ? train(state) : announcePage(state)
}

function refuse(state: CallerState): CallerStep {
  const refusals = state.refusals + 1
  if (refusals >= REFUSALS_MAX) return disconnect({ ...state, refusals }, 'page_refused')
  const again = { ...state, refusals }
  return trainSlower(again) ?? train(again)
}

function sendMissing(state: CallerState, frame: T30Frame): CallerStep {
  const block = state.block!
  const asked = parsePpr(frame.information, block.frames.length)
  // A request for nothing is damage: all of the block is safe to send again.
  const missing = asked.length > 0 ? asked : block.frames.map((_, index) => index)
  const repeatRequests = block.repeatRequests + 1
  const again: CallerState = { ...state, block: { ...block, missing, repeatRequests } }
  if (repeatRequests < REPEAT_REQUESTS_MAX) return sendBlock(again)
  const modulation = slowerModulation(state.modulation!, commonModems(state.receiver!, state.options.limits))
  return modulation
    ? sendCommand(again, { kind: 'CTC', modulation })
    : sendCommand(again, { kind: 'EOR', after: afterBlock(again) })
}

function changeRate(state: CallerState, command: Command): CallerStep {
  if (command.kind !== 'CTC') return stay(state)
  const { modulation } = command
  return sendBlock({
    ...state,
    modulation,
    settings: { ...state.settings!, modulation },
    training: 'long',
    block: { ...state.block!, repeatRequests: 0 },
  })
}

/** RNR: ask again with RR until the receiver is ready or T5 has run out since the first RNR (T.30 A.5.4.1). */
function waitUntilReady(state: CallerState): CallerStep {
  const { command } = state.place as Response
  const after = 'after' in command ? command.after : 'NULL'
  const kind = command.kind === 'EOR' || command.kind === 'RR_EOR' ? 'RR_EOR' : 'RR'
  const step = sendCommand({ ...state, isT5Running: true }, { kind, after })
  if (state.isT5Running) return step
  const start: T30Effect = { kind: 'start_timer', timer: 'T5', delayMs: state.options.timers.t5Ms }
  return { state: step.state, effects: [start, ...step.effects] }
}
