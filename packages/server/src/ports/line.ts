import type { CodedPage } from '@answerback/imaging/page'
import type { CallEnd } from '../domain/fax/disposition.ts'
import type { Mode } from '../domain/fax/fax.ts'
import type { E164 } from '../domain/numbers/number.ts'
import type { Trunk } from '../domain/trunks/trunk.ts'

/** One call to be made for one attempt. Pages are final: header line stamped, only those still to be sent. */
export interface OutboundCall {
  readonly attemptId: string
  /** 1 for the first call of a fax. */
  readonly attemptNumber: number
  readonly to: E164
  /** Caller id to present, when the account has one. */
  readonly from: E164 | undefined
  /** TSI (T.30 §5.3.6.2.6): at most 20 characters of digits, `+` and space. */
  readonly stationId: string
  readonly pages: readonly OutboundPage[]
  /** The trunk to call on; absent on lines without trunks. */
  readonly trunk?: CallTrunk
}

export interface OutboundPage {
  /** 1-based page of the whole fax; a resumed attempt starts above 1. */
  readonly number: number
  readonly page: CodedPage
}

/** A trunk with its secret in the clear. Never log one. */
export interface OpenTrunk extends Trunk {
  readonly accountId: string
  /** Password for digest (RFC 3261 §22); `null`: the trunk has none. */
  readonly secret: string | null
  /** Changes with every change of the trunk, so that a line can tell. */
  readonly updatedAt: Date
}

/** The trunk a call goes out on. Numbers are in the trunk's own format, ready for a request URI. */
export interface CallTrunk extends OpenTrunk {
  readonly dialledNumber: string
  readonly callerNumber: string | undefined
  readonly learned: LearnedRoute
}

/** What worked last for this number on this trunk; `null` where nothing is known. */
export interface LearnedRoute {
  readonly t38Mode: 'offer' | 'wait' | null
  readonly ecm: boolean | null
  /** bit/s */
  readonly bitRate: number | null
}

/** The trunks a line is to be registered on and to take calls from. */
export interface TrunkDirectory {
  /** Enabled and acknowledged ones of all accounts. A line asks every few seconds. */
  list(): Promise<readonly OpenTrunk[]>
}

/**
 * The line tells each step and waits until it is recorded: what the observer has not resolved, has not happened.
 * A rejected promise means the record could not be written; the line must end the call as soon as T.30 allows.
 */
export interface CallObserver {
  connected(): Promise<void>
  /**
   * Where it is there, it is asked before any image leaves, with what the far end calls itself (CSI), or `undefined`: nothing.
   * @returns whether the call may go on
   */
  identity?(remoteId: string | undefined): Promise<boolean>
  /** Before the page's image leaves; `final` before the last page, whose EOP asks for the closing MCF. */
  pageSending(page: number, final: boolean): Promise<void>
  /** After the far end's MCF for the page. */
  pageConfirmed(page: number): Promise<void>
}

/** A way to the telephone network: the sandbox, SIP trunks, a provider. */
export interface Line {
  /** Stored with each attempt and shown to people, e.g. `sandbox`. */
  readonly name: string
  readonly modes: readonly Mode[]
  /** Each call needs a trunk of the account (`domain/trunks/routing.ts`). */
  readonly usesTrunks?: boolean
  /** Never rejects for what the network does: that is a `CallEnd`. Aborting the signal hangs up and ends the call `canceled`. */
  place(call: OutboundCall, observer: CallObserver, signal: AbortSignal): Promise<CallEnd>
}
