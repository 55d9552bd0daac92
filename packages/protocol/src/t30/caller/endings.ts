import { buildFrame } from '../frame.ts'
import type { T30Effect } from '../machine.ts'
import type { T30End, T30Result } from '../result.ts'
import type { TimerName } from '../timers.ts'
import { type CallerState, type CallerStep, type Command, go, isLastPage } from './caller-state.ts'

const TIMERS: readonly TimerName[] = ['T1', 'T4', 'T5', 'signal', 'driver']

/** Says DCN, then ends. What the far end made of a last page is open, unless it has said no to it. */
export function disconnect(state: CallerState, result: T30Result): CallerStep {
  const isAnswered = result === 'ok' || result === 'page_refused'
  const isOutcomeUnknown = !isAnswered && isFinalCommandOut(state)
  const dcn = buildFrame({ field: 'DCN', isFinal: true, hasReceivedDis: state.receiver !== undefined })
  return go(state, { name: 'C_DCN', result, isOutcomeUnknown }, [
    ...stopTimers(),
    { kind: 'transmit', transmissions: [{ kind: 'control', frames: [dcn] }] },
  ])
}

/** The far end has said DCN. */
export function endDisconnected(state: CallerState): CallerStep {
  return end(state, state.hasSentImage ? 'disconnected_after_page' : 'disconnected_before_page')
}

/** Ends without a word: the far end has hung up, or the call is gone. */
export function end(state: CallerState, result: T30Result): CallerStep {
  const { place } = state
  const isOutcomeUnknown =
    place.name === 'C_DCN' ? place.isOutcomeUnknown : result !== 'ok' && isFinalCommandOut(state)
  return go(state, { name: 'ENDED' }, [
    ...stopTimers(),
    { kind: 'end', end: describeEnd(state, result, isOutcomeUnknown) },
  ])
}

function describeEnd(state: CallerState, result: T30Result, isOutcomeUnknown: boolean): T30End {
  const touched = state.hasSentImage ? 'some' : 'none'
  return {
    result,
    pages: state.confirmed,
    dataExchanged: isOutcomeUnknown ? 'unknown' : touched,
    settings: state.settings,
    remoteId: state.remoteId,
    remoteNsf: state.remoteNsf,
    subAddress: undefined,
  }
}

/**
 * The closing command of the last page is out (or leaving) and its answer was not heard: the page may be in the far end's
 * tray. A CTC or EOR stands for frames that are known to be missing, so those pages did not arrive.
 */
function isFinalCommandOut(state: CallerState): boolean {
  const { place } = state
  if (!isLastPage(state) || (place.name !== 'COMMAND' && place.name !== 'RESPONSE')) return false
  return closesPage(place.command)
}

function closesPage(command: Command): boolean {
  const closes = command.kind === 'POST' || command.kind === 'PPS' || command.kind === 'RR'
  return closes && command.after === 'EOP'
}

function stopTimers(): T30Effect[] {
  return TIMERS.map((timer) => ({ kind: 'stop_timer', timer }))
}
