import type { Capabilities } from '../capabilities.ts'
import type { LinePage } from '../line-page.ts'
import type { T30Effect } from '../machine.ts'
import type { Modulation } from '../modulation.ts'
import type { SenderLimits } from '../negotiate.ts'
import type { PostMessage } from '../partial-page.ts'
import type { T30Result } from '../result.ts'
import type { Settings } from '../settings.ts'
import type { T30Timers } from '../timers.ts'

export interface CallerOptions {
  /** TSI: at most 20 characters. */
  readonly stationId: string
  /** At least one; numbers rise. */
  readonly pages: readonly LinePage[]
  readonly limits: SenderLimits
  /** Ask the driver before training whether this machine may have the fax. */
  readonly checksIdentity: boolean
  readonly subAddress?: string
  readonly password?: string
  readonly timers: T30Timers
}

/** A command that has left, or is leaving, and wants a response. */
export type Command =
  | { readonly kind: 'DCS' }
  | { readonly kind: 'POST'; readonly after: PostMessage }
  | { readonly kind: 'PPS'; readonly after: PostMessage | 'NULL'; readonly frames: number }
  /** Asks again after an RNR to a PPS; `RR_EOR` after one to an EOR, which another response closes. */
  | { readonly kind: 'RR' | 'RR_EOR'; readonly after: PostMessage | 'NULL' }
  | { readonly kind: 'CTC'; readonly modulation: Modulation }
  | { readonly kind: 'EOR'; readonly after: PostMessage | 'NULL' }

/** Up to 256 frames of a page, sent until the far end has each of them (T.30 A.3.6). */
export interface Block {
  /** 0-based within the page. */
  readonly number: number
  readonly frames: readonly Uint8Array[]
  /** Frames to send next. */
  readonly missing: readonly number[]
  /** PPR received at this speed. */
  readonly repeatRequests: number
}

/** A page without ECM is one run of octets; with ECM it is blocks. */
export interface CodedForLine {
  readonly octets: Uint8Array
  readonly blocks: number
}

/** Where in T.30's flow charts the caller stands (figures 5-2a to 5-2v; the boxes' letters lead the names). */
export type Place =
  /** Waiting for the called terminal's DIS. */
  | { readonly name: 'T' }
  /** DIS came; the driver looks at the station identification. */
  | { readonly name: 'B_IDENTITY' }
  /** Trained; the driver puts on record that a page is about to leave. */
  | { readonly name: 'I_ANNOUNCING' }
  /** Image, or an ECM block, is on the line. */
  | { readonly name: 'I_PAGE'; readonly next: Command }
  /** A command is on the line. */
  | { readonly name: 'COMMAND'; readonly command: Command; readonly tries: number }
  /** The command has left; T4 runs unless a signal is coming in. */
  | {
      readonly name: 'RESPONSE'
      readonly command: Command
      readonly tries: number
      readonly isHearing: boolean
    }
  /** The far end confirmed a page that is not the last; the driver puts it on record. */
  | { readonly name: 'II_RECORDING'; readonly after: PostMessage; readonly mustTrain: boolean }
  /** DCN is on the line. */
  | { readonly name: 'C_DCN'; readonly result: T30Result; readonly isOutcomeUnknown: boolean }
  | { readonly name: 'ENDED' }

export interface CallerState {
  readonly options: CallerOptions
  readonly place: Place
  readonly remoteId: string | undefined
  readonly remoteNsf: string | undefined
  readonly receiver: Capabilities | undefined
  /** The driver has approved of `remoteId`. */
  readonly isIdentityChecked: boolean
  readonly settings: Settings | undefined
  /** Fallen back to; kept over pages. */
  readonly modulation: Modulation | undefined
  /** V.17 trains long once, in TCF, and short afterwards, but long again in the first block after CTC (T.30 A.4.3.2). */
  readonly training: 'long' | 'short'
  /** Of `options.pages`. */
  readonly index: number
  readonly coded: CodedForLine | undefined
  readonly block: Block | undefined
  /** RTN for the page under way. */
  readonly refusals: number
  readonly isT5Running: boolean
  readonly confirmed: number
  readonly hasSentImage: boolean
}

export interface CallerStep {
  readonly state: CallerState
  readonly effects: readonly T30Effect[]
}

/** A caller whose call has just come up: it listens for DIS. */
export function startingState(options: CallerOptions): CallerState {
  return {
    options,
    place: { name: 'T' },
    remoteId: undefined,
    remoteNsf: undefined,
    receiver: undefined,
    isIdentityChecked: false,
    settings: undefined,
    modulation: undefined,
    training: 'short',
    index: 0,
    coded: undefined,
    block: undefined,
    refusals: 0,
    isT5Running: false,
    confirmed: 0,
    hasSentImage: false,
  }
}

/** The page that is sent, or is next to be. */
export function currentPage(state: CallerState): LinePage {
  return state.options.pages[state.index]!
}

/** Whether no page follows the current one. */
export function isLastPage(state: CallerState): boolean {
  return state.index === state.options.pages.length - 1
}

/** The same place, whatever else changed. */
export function stay(state: CallerState, ...effects: T30Effect[]): CallerStep {
  return { state, effects }
}

/** Another place, with what is to be done on the way. */
export function go(
  state: CallerState,
  place: Place,
  effects: readonly T30Effect[],
  changes: Partial<CallerState> = {},
): CallerStep {
  return { state: { ...state, ...changes, place }, effects }
}
