import { ParseError } from '../../parse-error.ts'
import { buildCapabilities, parseCapabilities } from '../capabilities.ts'
import type { T30Frame } from '../frame.ts'
import type { T30Effect, T30Input, Transmission } from '../machine.ts'
import { MODULATIONS } from '../modulation.ts'
import { parseSettings, type Settings } from '../settings.ts'
import { decodeStationId, encodeStationId } from '../station-id.ts'
import { countTraining, isTrained, NO_TRAINING } from '../training-check.ts'
import {
  type AnswererState,
  type AnswererStep,
  after,
  go,
  nothingIncoming,
  type Place,
  stay,
} from './answerer-state.ts'
import { disconnect, stopTimers } from './endings.ts'
import { ownFrame, respond } from './responses.ts'

/** CED, then CSI and DIS, with T1 running over all repeats (T.30 §5.4.2, figure 5-2b). */
function answerCall(state: AnswererState): AnswererStep {
  const { cedMs, timers } = state.options
  const ced: Transmission[] = cedMs > 0 ? [{ kind: 'ced', durationMs: cedMs }] : []
  return go(state, { name: 'R_DIS' }, [
    { kind: 'start_timer', timer: 'T1', delayMs: timers.t1Ms },
    { kind: 'transmit', transmissions: [...ced, identification(state)] },
  ])
}

/** CSI and DIS alone: nothing answered the one before it. */
export function identify(state: AnswererState): AnswererStep {
  return go(state, { name: 'R_DIS' }, [
    ...stopTimers('T2', 'T4', 'signal', 'pause'),
    { kind: 'transmit', transmissions: [identification(state)] },
  ])
}

/** Back in phase B after an EOM, with T1 anew. */
export function identifyAnew(state: AnswererState): AnswererStep {
  const delayMs = state.options.timers.t1Ms
  return after([{ kind: 'start_timer', timer: 'T1', delayMs }], identify(state))
}

function identification(state: AnswererState): Transmission {
  const { stationId, capabilities } = state.options
  const csi = stationId ? [ownFrame('CSI', false, encodeStationId(stationId))] : []
  return { kind: 'control', frames: [...csi, ownFrame('DIS', true, buildCapabilities(capabilities))] }
}

/** While CED and DIS are on their way. */
export function awaitDisSent(state: AnswererState, input: T30Input): AnswererStep {
  if (input.kind === 'start') return answerCall(state)
  if (input.kind === 'timer' && input.timer === 'T1') return disconnect(state, 'no_dcs')
  if (input.kind !== 'sent') return stay(state)
  return awaitCommand(state)
}

/** T4 runs until a signal comes; then the signal has its own bound. */
function awaitCommand(state: AnswererState): AnswererStep {
  return go(state, { name: 'R_COMMAND', isHearing: false }, [
    { kind: 'start_timer', timer: 'T4', delayMs: state.options.timers.t4Ms },
  ])
}

/**
 * The sender's settings; TCF follows. A page in a coding, at a resolution or by a modem that was not offered is refused; one
 * wider or longer than offered loses nothing here, and is taken.
 */
export function takeDcs(before: AnswererState, frame: T30Frame): AnswererStep {
  const settings = readSettings(frame.information)
  if (settings === 'unusable' || !isOffered(before, settings)) return disconnect(before, 'settings_unusable')
  // A DIS that is about to be repeated would run into the TCF.
  const silence: T30Effect[] = before.place.name === 'R_DIS' ? [{ kind: 'transmit', transmissions: [] }] : []
  return go(
    before,
    { name: 'F_TCF', check: NO_TRAINING, hasStarted: false },
    [
      ...silence,
      ...stopTimers('T1', 'T4', 'signal', 'pause'),
      { kind: 'start_timer', timer: 'T2', delayMs: before.options.timers.t2Ms },
    ],
    { settings, isTrained: false, isComplete: false, lastAnswer: undefined, incoming: nothingIncoming() },
  )
}

/** @throws {ParseError} when it is not a whole DCS, which is a DCS that did not come */
function readSettings(information: Uint8Array): Settings | 'unusable' {
  try {
    return parseSettings(information)
  } catch (error) {
    if (error instanceof ParseError && error.field.startsWith('settings.')) return 'unusable'
    throw error
  }
}

/** Our DIS counts, which has no words for some combinations of what we have. */
function isOffered({ options }: AnswererState, settings: Settings): boolean {
  const offered = parseCapabilities(buildCapabilities(options.capabilities))
  return (
    offered.modems.has(MODULATIONS[settings.modulation].modem) &&
    offered.schemes.has(settings.scheme) &&
    offered.resolutions.has(settings.resolution) &&
    (offered.ecm || !settings.ecm)
  )
}

type Training = Extract<Place, { name: 'F_TCF' }>

/** Counts what comes of TCF, and answers CFR or FTT when the signal is over. */
export function receiveTraining(state: AnswererState, input: T30Input): AnswererStep {
  const place = state.place as Training
  switch (input.kind) {
    case 'signal_started':
      if (input.carrier === 'V21') return stay(state)
      return go(state, { ...place, hasStarted: true }, [])
    case 'image':
      return go(state, { ...place, hasStarted: true, check: countTraining(place.check, input.octets) }, [])
    case 'signal_ended':
      return place.hasStarted ? judgeTraining(state, place) : stay(state)
    case 'timer':
      // A TCF that never came is a training that failed: FTT makes the sender try slower.
      return input.timer === 'T2' ? judgeTraining(state, place) : stay(state)
    default:
      return stay(state)
  }
}

function judgeTraining(state: AnswererState, { check }: Training): AnswererStep {
  if (isTrained(check, state.settings!.modulation)) {
    return respond({ ...state, isTrained: true }, 'TCF', ownFrame('CFR', true), 'receive')
  }
  const step = respond(state, 'TCF', ownFrame('FTT', true), 'receive')
  const { octets, longestZeroRun } = check
  return after([{ kind: 'note', what: 'training failed', detail: { octets, longestZeroRun } }], step)
}

/** Notes what the caller calls itself (TSI) and whom it asks for (SUB). */
export function takeIdentity(state: AnswererState, frame: T30Frame): AnswererStep {
  const text = decodeStationId(frame.information)
  if (frame.field === 'TSI') return stay({ ...state, remoteId: text })
  if (frame.field === 'SUB') return stay({ ...state, subAddress: text })
  return stay(state)
}
