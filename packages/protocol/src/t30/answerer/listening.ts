import type { Carrier, T30Effect, T30Input } from '../machine.ts'
import { type AnswererState, type AnswererStep, go, stay } from './answerer-state.ts'
import { disconnect, end, stopTimers } from './endings.ts'
import { identify, identifyAnew } from './phase-b.ts'
import { takeGap, takeImage } from './phase-c.ts'

/** The response has left: what follows it? */
export function awaitResponseSent(state: AnswererState, input: T30Input): AnswererStep {
  if (isDriverLate(state, input)) return disconnect(state, 'not_recorded')
  if (state.place.name !== 'RESPONSE' || input.kind !== 'sent') return stay(state)
  const { t2Ms, eomPauseMs } = state.options.timers
  const wait: T30Effect =
    state.place.then === 'phase_b'
      ? { kind: 'start_timer', timer: 'pause', delayMs: eomPauseMs }
      : { kind: 'start_timer', timer: 'T2', delayMs: t2Ms }
  return go(state, { name: 'F_RECEIVE', hearing: 'nothing' }, [wait])
}

/** Waits for DCS after a DIS. */
export function listenForCommand(state: AnswererState, input: T30Input): AnswererStep {
  if (state.place.name !== 'R_COMMAND') return stay(state)
  switch (input.kind) {
    case 'signal_started':
      return go(state, { name: 'R_COMMAND', isHearing: true }, [
        ...stopTimers('T4'),
        { kind: 'start_timer', timer: 'signal', delayMs: state.options.timers.signalMs },
      ])
    case 'signal_ended':
      return state.place.isHearing ? identify(state) : stay(state)
    case 'timer':
      if (input.timer === 'T1') return disconnect(state, 'no_dcs')
      return input.timer === 'T4' || input.timer === 'signal' ? identify(state) : stay(state)
    default:
      return stay(state)
  }
}

/** Waits for a page, a block, or a command about them. */
export function receive(state: AnswererState, input: T30Input): AnswererStep {
  if (isDriverLate(state, input)) return disconnect(state, 'not_recorded')
  switch (input.kind) {
    case 'image':
      return takeImage(state, input.octets)
    case 'gap':
      return takeGap(state, input.packets)
    case 'signal_started':
      return hear(state, input.carrier)
    case 'signal_ended':
      return stopHearing(state, input.isCutOff ?? false)
    case 'timer':
      if (input.timer === 'pause') return identifyAnew(state)
      return input.timer === 'T2' ? silence(state) : stay(state)
    default:
      return stay(state)
  }
}

/** The page has been with the driver for longer than any sender waits, RNR or not. */
function isDriverLate({ pending }: AnswererState, input: T30Input): boolean {
  return input.kind === 'timer' && input.timer === 'driver' && pending !== undefined
}

function hear(state: AnswererState, carrier: Carrier): AnswererStep {
  const hearing = carrier === 'V21' ? 'control' : 'image'
  const { signalMs, imageSilenceMs } = state.options.timers
  const delayMs = hearing === 'control' ? signalMs : imageSilenceMs
  const wasHeard = state.incoming.wasHeard || hearing === 'image'
  const incoming = { ...state.incoming, wasHeard, isTailDoubtful: false }
  return go(
    state,
    { name: 'F_RECEIVE', hearing },
    [...stopTimers('pause'), { kind: 'start_timer', timer: 'T2', delayMs }],
    { incoming },
  )
}

function stopHearing(state: AnswererState, isCutOff: boolean): AnswererStep {
  const { incoming, place } = state
  const isTailDoubtful = isCutOff && place.name === 'F_RECEIVE' && place.hearing === 'image'
  return go(
    state,
    { name: 'F_RECEIVE', hearing: 'nothing' },
    [{ kind: 'start_timer', timer: 'T2', delayMs: state.options.timers.t2Ms }],
    { incoming: { ...incoming, isTailDoubtful } },
  )
}

/**
 * The sender has gone silent. After the last page's MCF that is only a DCN that was lost; after an EOM's it waits for our
 * DIS, and what was heard in the meantime was nothing.
 */
function silence(state: AnswererState): AnswererStep {
  if (state.isComplete) return end(state, 'ok')
  if (state.lastAnswer?.then === 'phase_b') return identifyAnew(state)
  if (!state.isTrained) return disconnect(state, 'no_dcs')
  return disconnect(state, state.hasReceivedImage ? 'disconnected_early' : 'no_page')
}
