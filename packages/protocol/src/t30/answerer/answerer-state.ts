import type { Capabilities } from '../capabilities.ts'
import type { CopyQuality } from '../copy-quality.ts'
import type { T30Effect } from '../machine.ts'
import type { PostMessage } from '../partial-page.ts'
import type { T30Result } from '../result.ts'
import type { Settings } from '../settings.ts'
import type { T30Timers } from '../timers.ts'
import type { TrainingCheck } from '../training-check.ts'
import type { BlockBuffer } from './block-buffer.ts'

export interface AnswererOptions {
  /** CSI: at most 20 characters. */
  readonly stationId: string
  readonly capabilities: Capabilities
  /** CED before the first DIS; 0 when the lead-in has sent it already (T.30 §4.2: 2.6–4.0 s). */
  readonly cedMs: number
  readonly copyQuality: CopyQuality
  readonly timers: T30Timers
}

/** Where in T.30's flow charts the answerer stands (figures 5-2a to 5-2v; the boxes' letters lead the names). */
export type Place =
  /** CED and DIS, or DIS alone, are on the line. */
  | { readonly name: 'R_DIS' }
  /** Waiting for DCS; DIS is repeated. */
  | { readonly name: 'R_COMMAND'; readonly isHearing: boolean }
  /** DCS came: TCF follows. */
  | { readonly name: 'F_TCF'; readonly check: TrainingCheck; readonly hasStarted: boolean }
  /** Waiting for a page, a block or a command. */
  | { readonly name: 'F_RECEIVE'; readonly hearing: 'nothing' | 'control' | 'image' }
  /** A whole page is with the driver; its answer waits for that. */
  | { readonly name: 'III_COMMITTING' }
  /** A response is on the line. */
  | { readonly name: 'RESPONSE'; readonly then: AfterResponse }
  /** DCN is on the line. */
  | { readonly name: 'C_DCN'; readonly result: T30Result }
  | { readonly name: 'ENDED' }

export type AfterResponse =
  /** A page or a command follows; after FTT or RTN, DCS. */
  | 'receive'
  /** EOM was confirmed: DCS at once, or after our next DIS. */
  | 'phase_b'

/** A whole page and what it will be answered with once it is durable. */
export interface Pending {
  /** Tells the command from any other: a repeat of it is answered alike. */
  readonly command: string
  readonly after: PostMessage
  readonly response: 'MCF' | 'ERR'
  readonly isCommitted: boolean
}

/** What is being received now. Octets and frames are gathered in place: the state owns them. */
export interface Incoming {
  /** Image octets without ECM, in the pieces they came in. */
  readonly pieces: Uint8Array[]
  readonly octetCount: number
  /** Packets lost for good while the page came in. */
  readonly gaps: number
  /** An image modem was heard: a page was under way, even if no octet of it came through. */
  readonly wasHeard: boolean
  /** Packets lost for good since the last answer, before any image. */
  readonly lostBefore: number
  /** The page's signal was cut off: what is lost before the next one is of the page. */
  readonly isTailDoubtful: boolean
  /** Whole blocks of the page, with ECM. */
  readonly blocks: readonly Uint8Array[]
  readonly blockOctetCount: number
  readonly block: BlockBuffer | undefined
  /** Frames the sender gave up (EOR) are missing from a block above. */
  readonly isIncomplete: boolean
}

export interface LastAnswer {
  readonly command: string
  readonly frame: Uint8Array
  readonly then: AfterResponse
}

export interface AnswererState {
  readonly options: AnswererOptions
  readonly place: Place
  readonly remoteId: string | undefined
  readonly subAddress: string | undefined
  readonly settings: Settings | undefined
  readonly isTrained: boolean
  readonly incoming: Incoming
  readonly pending: Pending | undefined
  /** Pages stored and answered so far. */
  readonly pages: number
  /** The command answered last and the frame that answered it: sent again when the command is. */
  readonly lastAnswer: LastAnswer | undefined
  readonly hasReceivedImage: boolean
  /** The last page was stored and confirmed. */
  readonly isComplete: boolean
}

export interface AnswererStep {
  readonly state: AnswererState
  readonly effects: readonly T30Effect[]
}

/** Before the first octet of a page. */
export function nothingIncoming(): Incoming {
  return {
    pieces: [],
    octetCount: 0,
    gaps: 0,
    wasHeard: false,
    lostBefore: 0,
    isTailDoubtful: false,
    blocks: [],
    blockOctetCount: 0,
    block: undefined,
    isIncomplete: false,
  }
}

/** An answerer whose call has just come up: DIS is what it says first. */
export function startingState(options: AnswererOptions): AnswererState {
  return {
    options,
    place: { name: 'R_DIS' },
    remoteId: undefined,
    subAddress: undefined,
    settings: undefined,
    isTrained: false,
    incoming: nothingIncoming(),
    pending: undefined,
    pages: 0,
    lastAnswer: undefined,
    hasReceivedImage: false,
    isComplete: false,
  }
}

/** The same place, whatever else changed. */
export function stay(state: AnswererState, ...effects: T30Effect[]): AnswererStep {
  return { state, effects }
}

/** Another place, with what is to be done on the way. */
export function go(
  state: AnswererState,
  place: Place,
  effects: readonly T30Effect[],
  changes: Partial<AnswererState> = {},
): AnswererStep {
  return { state: { ...state, ...changes, place }, effects }
}

/** Effects first, then those of the step. */
export function after(effects: readonly T30Effect[], step: AnswererStep): AnswererStep {
  return { state: step.state, effects: [...effects, ...step.effects] }
}
