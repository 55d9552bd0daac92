import { buildFrame } from '../frame.ts'
import type { T30Effect } from '../machine.ts'
import type { T30Result } from '../result.ts'
import type { TimerName } from '../timers.ts'
import { type AnswererState, type AnswererStep, go } from './answerer-state.ts'

const TIMERS: readonly TimerName[] = ['T1', 'T2', 'T4', 'signal', 'driver', 'patience', 'pause']

/** Stops the timers named, or all. */
export function stopTimers(...timers: TimerName[]): T30Effect[] {
  return (timers.length > 0 ? timers : TIMERS).map((timer) => ({ kind: 'stop_timer', timer }))
}

/** Ends the call with DCN (T.30 §5.3.6.1.8); `result` is told once it has left. */
export function disconnect(state: AnswererState, result: T30Result): AnswererStep {
  const dcn = buildFrame({ field: 'DCN', isFinal: true, hasReceivedDis: false })
  return go(state, { name: 'C_DCN', result }, [
    ...stopTimers(),
    { kind: 'transmit', transmissions: [{ kind: 'control', frames: [dcn] }] },
  ])
}

/** A call whose last page was confirmed went well, however it ends after that. */
export function end(state: AnswererState, result: T30Result): AnswererStep {
  const { settings, remoteId, subAddress, pages } = state
  return go(state, { name: 'ENDED' }, [
    ...stopTimers(),
    {
      kind: 'end',
      end: {
        result: state.isComplete ? 'ok' : result,
        pages,
        dataExchanged: state.hasReceivedImage ? 'some' : 'none',
        settings,
        remoteId,
        remoteNsf: undefined,
        subAddress,
      },
    },
  ])
}
