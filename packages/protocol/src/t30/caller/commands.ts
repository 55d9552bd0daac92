import type { ControlField } from '../facsimile-control-field.ts'
import { buildFrame } from '../frame.ts'
import type { Transmission } from '../machine.ts'
import { buildEor, buildPps } from '../partial-page.ts'
import { buildRateChange, buildSettings, type Settings } from '../settings.ts'
import { encodeStationId } from '../station-id.ts'
import { type CallerState, type CallerStep, type Command, go } from './caller-state.ts'

/** Puts a command on the line. Repeats say the command alone: the page in front of it is not sent again. */
export function sendCommand(state: CallerState, command: Command, tries = 1): CallerStep {
  return go(state, { name: 'COMMAND', command, tries }, [
    { kind: 'stop_timer', timer: 'T4' },
    { kind: 'stop_timer', timer: 'signal' },
    { kind: 'transmit', transmissions: transmissionsOf(state, command) },
  ])
}

function transmissionsOf(state: CallerState, command: Command): readonly Transmission[] {
  const settings = state.settings!
  switch (command.kind) {
    case 'DCS':
      return [
        { kind: 'control', frames: settingsFrames(state, settings) },
        { kind: 'training_check', modulation: settings.modulation },
      ]
    case 'POST':
      return [single(command.after)]
    case 'PPS':
      return [single('PPS', buildPps(partialPage(state, command), true))]
    case 'RR':
    case 'RR_EOR':
      return [single('RR')]
    case 'CTC':
      return [single('CTC', buildRateChange({ ...settings, modulation: command.modulation }))]
    case 'EOR':
      return [single('EOR', buildEor(command.after, true))]
  }
}

/** Page and block counters run from 0 (T.30 A.4.3.1). */
function partialPage(state: CallerState, command: Extract<Command, { kind: 'PPS' }>) {
  const { after, frames } = command
  return { after, page: state.index, block: state.block?.number ?? 0, frames }
}

/**
 * A password and SUB only to a terminal that says it takes them (T.30 table 2, bits 49 and 50); TSI; DCS last, which says
 * that they came. A sender's password travels as SID: PWD is for those who poll (§5.3.6.1.2, §5.3.6.1.3).
 */
function settingsFrames(state: CallerState, settings: Settings): Uint8Array[] {
  const { options, receiver } = state
  const password = receiver?.takesPassword ? options.password : undefined
  const subAddress = receiver?.takesSubAddress ? options.subAddress : undefined
  const optional: [ControlField, string | undefined][] = [
    ['SID', password],
    ['SUB', subAddress],
    ['TSI', options.stationId],
  ]
  const frames = optional.flatMap(([field, text]) =>
    text ? [frame(field, false, encodeStationId(text))] : [],
  )
  const companions = { subAddress: Boolean(subAddress), senderId: Boolean(password) }
  return [...frames, frame('DCS', true, buildSettings(settings, companions))]
}

function single(field: ControlField, information?: Uint8Array): Transmission {
  return { kind: 'control', frames: [frame(field, true, information)] }
}

/** The caller speaks only after a DIS, so its X bit is always set. */
function frame(field: ControlField, isFinal: boolean, information?: Uint8Array): Uint8Array {
  return buildFrame({ field, isFinal, hasReceivedDis: true, ...(information && { information }) })
}
