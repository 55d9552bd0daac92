import type { Capabilities } from '@answerback/protocol/t30/capabilities'
import type { SenderLimits } from '@answerback/protocol/t30/negotiate'
import type { T30Timers } from '@answerback/protocol/t30/timers'
import type { CallSetup } from '../exchange.ts'
import { CLEAN_PATH, type PathConditions } from '../network.ts'
import type { MakeMischief } from './mischief/mischief.ts'

/** A terminal's side of what SDP settles. */
export interface TerminalTraits {
  /** `T38FaxMaxDatagram` it says: octets of UDP payload it takes. */
  readonly datagramOctetsMax: number
  /** Copies of earlier packets in each of its datagrams. */
  readonly redundancyDepth: number
  /** Of both directions. */
  readonly path: PathConditions
}

/** A far-end machine that answers calls. */
export interface AnsweringMachine extends TerminalTraits {
  /** For people, in lower case: `busy`, `refuses every page`. */
  readonly name: string
  readonly setup: CallSetup
  readonly stationId: string
  readonly capabilities: Capabilities
  readonly timers: T30Timers
  /** To store a page; `undefined`: it never gets there. */
  readonly storeMs: number | undefined
  readonly mischief: readonly MakeMischief[]
}

/** A far-end machine that calls. */
export interface CallingMachine extends TerminalTraits {
  readonly name: string
  readonly stationId: string
  readonly limits: SenderLimits
  readonly timers: T30Timers
  readonly mischief: readonly MakeMischief[]
}

export const PLAIN_TERMINAL: TerminalTraits = {
  datagramOctetsMax: 400,
  redundancyDepth: 3,
  path: CLEAN_PATH,
}
