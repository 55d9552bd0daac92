import { parseFrame, type T30Frame } from '../frame.ts'
import type { Carrier, T30Effect, T30Input } from '../machine.ts'
import { postMessageOf } from '../partial-page.ts'
import { type AnswererState, type AnswererStep, go, stay } from './answerer-state.ts'
import { disconnect, end, stopTimers } from './endings.ts'
import { awaitCommand, identify, identifyAnew, takeDcs, takeIdentity } from './phase-b.ts'
import { takeFcd, takeGap, takeImage } from './phase-c.ts'
import {
  answerWhenCommitted,
  changeRate,
  repeatAnswer,
  takeEor,
  takePostMessage,
  takePps,
} from './phase-d.ts'

/** The response has left: what follows it? */
export function awaitResponseSent(state: AnswererState, input: T30Input): AnswererStep {
  if (state.place.name !== 'RESPONSE' || input.kind !== 'sent') return stay(state)
  const { then } = state.place
  if (then === 'command') return awaitCommand(state)
  const { t2Ms, eomPauseMs } = state.options.timers
  const wait: T30Effect =
    then === 'phase_b'
      ? { kind: 'start_timer', timer: 'pause', delayMs: eomPauseMs }
      : { kind: 'start_timer', timer: 'T2', delayMs: t2Ms }
  return go(state, { name: 'F_RECEIVE', hearing: 'nothing' }, [wait])
}

/** Waits for DCS after a DIS. */
export function listenForCommand(state: AnswererState, input: T30Input): AnswererStep {
  if (state.place.name !== 'R_COMMAND') return stay(state)
  switch (input.kind) {
    case 'frame':
      return takeFrame(state, parseFrame(input.octets))
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
  if (state.place.name !== 'F_RECEIVE') return stay(state)
  switch (input.kind) {
    case 'frame':
      return takeFrame(state, parseFrame(input.octets))
    case 'image':
      return takeImage(state, input.octets)
    case 'gap':
      return takeGap(state, input.packets)
    case 'signal_started':
      return hear(state, input.carrier)
    case 'signal_ended':
      return go(state, { name: 'F_RECEIVE', hearing: 'nothing' }, [
        { kind: 'start_timer', timer: 'T2', delayMs: state.options.timers.t2Ms },
      ])
    case 'timer':
      if (input.timer === 'pause') return identifyAnew(state)
      return input.timer === 'T2' ? silence(state) : stay(state)
    default:
      return stay(state)
  }
}

function hear(state: AnswererState, carrier: Carrier): AnswererStep {
  const hearing = carrier === 'V21' ? 'control' : 'image'
  const { signalMs, imageSilenceMs } = state.options.timers
  const delayMs = hearing === 'control' ? signalMs : imageSilenceMs
  return go(state, { name: 'F_RECEIVE', hearing }, [
    ...stopTimers('pause'),
    { kind: 'start_timer', timer: 'T2', delayMs },
  ])
}

/** The sender has gone silent. After the last page's MCF that is only a DCN that was lost. */
function silence(state: AnswererState): AnswererStep {
  if (state.isComplete) return end(state, 'ok')
  return disconnect(state, state.hasReceivedImage ? 'disconnected_early' : 'no_page')
}

/** By field. What is not listed is ignored: T.30 §5.3.6 has fields that only answer what we never ask. */
function takeFrame(state: AnswererState, frame: T30Frame): AnswererStep {
  switch (frame.field) {
    case 'FCD':
      return takeFcd(state, frame)
    case 'TSI':
    case 'SUB':
      return takeIdentity(state, frame)
    case 'DCS':
      return takeDcs(state, frame)
    case 'DTC':
      return disconnect(state, 'poll_refused')
    case 'PPS':
      return takePps(state, frame)
    case 'EOR':
      return takeEor(state, frame)
    case 'RR':
      return answerWhenCommitted(state)
    case 'CTC':
      return changeRate(state, frame)
    case 'CRP':
      return repeatAnswer(state)
    case 'DCN':
      return end(state, 'disconnected_early')
    default: {
      const command = postMessageOf(frame.field)
      return command ? takePostMessage(state, command) : stay(state)
    }
  }
}
