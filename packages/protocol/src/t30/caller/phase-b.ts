import { parseCapabilities } from '../capabilities.ts'
import type { T30Frame } from '../frame.ts'
import type { T30Input } from '../machine.ts'
import { MODULATIONS, type Modulation, slowerModulation } from '../modulation.ts'
import { commonModems, fastestCommon, negotiate } from '../negotiate.ts'
import { decodeStationId } from '../station-id.ts'
import { type CallerState, type CallerStep, currentPage, go, stay } from './caller-state.ts'
import { sendCommand } from './commands.ts'
import { disconnect } from './endings.ts'
import type { Reaction } from './reactions.ts'

/** An NSF is shown to people as hexadecimal, and no longer than this. */
const NSF_OCTETS_MAX = 32

/** Nothing was heard yet: T1 bounds the wait (T.30 §5.4.3.1). */
export function listenForDis(state: CallerState, input: T30Input): CallerStep {
  if (input.kind === 'start') {
    return stay(state, { kind: 'start_timer', timer: 'T1', delayMs: state.options.timers.t1Ms })
  }
  if (input.kind === 'timer' && input.timer === 'T1') {
    return disconnect(state, state.receiver ? 'no_response_to_page' : 'no_dis')
  }
  return stay(state)
}

/** What the far end says of itself before the page: NSF and CSI are noted, DIS is answered. */
export function takeIdentification(state: CallerState, frame: T30Frame, reaction: Reaction): CallerStep {
  switch (reaction) {
    case 'note_facilities':
      return stay({ ...state, remoteNsf: hex(frame.information.subarray(0, NSF_OCTETS_MAX)) })
    case 'note_identity':
      return takeIdentity(state, decodeStationId(frame.information))
    case 'negotiate':
      return takeDis(state, frame.information)
    case 'cannot_receive':
      return disconnect(state, 'cannot_receive')
    default:
      return stay(state)
  }
}

/** Another machine than the one the driver approved of may have taken the call over since. */
function takeIdentity(state: CallerState, remoteId: string): CallerStep {
  return stay({
    ...state,
    remoteId,
    isIdentityChecked: state.isIdentityChecked && remoteId === state.remoteId,
  })
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

/**
 * The driver looks at who the far end says it is. Without an answer the call ends before any image: the wrong number must not get a page.
 */
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
  const modulation = isWithin(state) ? state.modulation! : fastestCommon(state.receiver!, limits)!
  const settings = { ...negotiated, modulation }
  const { state: next, effects } = sendCommand(
    { ...state, settings, modulation, training: 'short' },
    { kind: 'DCS' },
  )
  return { state: next, effects: [{ kind: 'stop_timer', timer: 'T1' }, ...effects] }
}

/** Whether the speed fallen back to is one that the receiver, who may have spoken anew since, still has. */
function isWithin({ modulation, receiver, options }: CallerState): boolean {
  if (!modulation) return false
  const rateOf = (name: Modulation) => MODULATIONS[name].bitRate
  const isFastEnough = rateOf(modulation) <= rateOf(fastestCommon(receiver!, options.limits)!)
  return isFastEnough && commonModems(receiver!, options.limits).has(MODULATIONS[modulation].modem)
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
