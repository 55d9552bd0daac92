import { parseCapabilities } from '../capabilities.ts'
import { parseFrame, type T30Frame } from '../frame.ts'
import type { T30Input } from '../machine.ts'
import { fastestModulation, slowerModulation } from '../modulation.ts'
import { commonModems, negotiate } from '../negotiate.ts'
import { decodeStationId } from '../station-id.ts'
import { type CallerState, type CallerStep, currentPage, go, stay } from './caller-state.ts'
import { sendCommand } from './commands.ts'
import { disconnect, end } from './endings.ts'

/** An NSF is shown to people as hexadecimal, and no longer than this. */
const NSF_OCTETS_MAX = 32

export function listenForDis(state: CallerState, input: T30Input): CallerStep {
  if (input.kind === 'start') {
    return stay(state, { kind: 'start_timer', timer: 'T1', delayMs: state.options.timers.t1Ms })
  }
  if (input.kind === 'timer' && input.timer === 'T1') {
    return disconnect(state, state.receiver ? 'no_response_to_page' : 'no_dis')
  }
  if (input.kind !== 'frame') return stay(state)
  return takeIdentification(state, parseFrame(input.octets))
}

function takeIdentification(state: CallerState, frame: T30Frame): CallerStep {
  switch (frame.field) {
    case 'NSF':
      return stay({ ...state, remoteNsf: hex(frame.information.subarray(0, NSF_OCTETS_MAX)) })
    case 'CSI':
      return stay({ ...state, remoteId: decodeStationId(frame.information) })
    case 'DIS':
      return takeDis(state, frame.information)
    case 'DTC':
      // The far end wants to fetch a document from us; it did not say that it receives.
      return disconnect(state, 'cannot_receive')
    case 'DCN':
      return end(state, state.hasSentImage ? 'disconnected_after_page' : 'disconnected_before_page')
    default:
      return stay(state)
  }
}

function takeDis(before: CallerState, information: Uint8Array): CallerStep {
  const receiver = parseCapabilities(information)
  const { options } = before
  const state: CallerState = { ...before, receiver }
  if (!receiver.canReceive) return disconnect(state, 'cannot_receive')
  if (!negotiate(currentPage(state), receiver, options.limits)) return disconnect(state, 'incompatible')
  const isUnreachable =
    (options.subAddress !== undefined && !receiver.takesSubAddress) ||
    (options.password !== undefined && !receiver.takesPassword)
  if (isUnreachable) return disconnect(state, 'sub_address_unsupported')
  if (!options.checksIdentity || state.isIdentityChecked) return train(state)
  return go(state, { name: 'B_IDENTITY' }, [
    { kind: 'stop_timer', timer: 'T1' },
    { kind: 'start_timer', timer: 'driver', delayMs: options.timers.driverMs },
    { kind: 'check_identity', remoteId: state.remoteId },
  ])
}

export function awaitVerdict(state: CallerState, input: T30Input): CallerStep {
  if (input.kind === 'identity_checked') {
    if (!input.mayGoOn) return disconnect(state, 'identity_refused')
    const { state: next, effects } = train({ ...state, isIdentityChecked: true })
    return { state: next, effects: [{ kind: 'stop_timer', timer: 'driver' }, ...effects] }
  }
  if (input.kind === 'timer' && input.timer === 'driver') return disconnect(state, 'not_recorded')
  return stay(state)
}

/** DCS and TCF, at the speed fallen back to so far. Phase C then trains short: TCF was the long training (T.30 §5.1). */
export function train(state: CallerState): CallerStep {
  const { limits } = state.options
  const negotiated = negotiate(currentPage(state), state.receiver!, limits)!
  const fastest = fastestModulation(commonModems(state.receiver!, limits), limits.bitRateMax)!
  const modulation = state.modulation ?? fastest
  const settings = { ...negotiated, modulation }
  const { state: next, effects } = sendCommand(
    { ...state, settings, modulation, training: 'short' },
    { kind: 'DCS' },
  )
  return { state: next, effects: [{ kind: 'stop_timer', timer: 'T1' }, ...effects] }
}

/** FTT, or a page refused: the next lower speed, with DCS and TCF anew (T.30 §5.3.6.1.4). */
export function trainSlower(state: CallerState): CallerStep | undefined {
  const modems = commonModems(state.receiver!, state.options.limits)
  const modulation = slowerModulation(state.modulation!, modems)
  if (!modulation) return undefined
  const step = train({ ...state, modulation })
  const note = { kind: 'note', what: 'slower', detail: { modulation } } as const
  return { state: step.state, effects: [note, ...step.effects] }
}

function hex(octets: Uint8Array): string {
  return Array.from(octets, (octet) => octet.toString(16).padStart(2, '0')).join('')
}
