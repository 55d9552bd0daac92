import type { CodedPage } from '@answerback/imaging/page'
import type { CallEnd } from '../domain/disposition.ts'
import type { Mode } from '../domain/fax.ts'
import type { E164 } from '../domain/number.ts'

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
}

export interface OutboundPage {
  /** 1-based page of the whole fax; a resumed attempt starts above 1. */
  readonly number: number
  readonly page: CodedPage
}

/**
 * The line tells each step and waits until it is recorded: what the observer has not resolved, has not happened.
 * A rejected promise means the record could not be written; the line must end the call as soon as T.30 allows.
 */
export interface CallObserver {
  connected(): Promise<void>
  /** Before the page's image leaves; `final` before the last page, whose EOP asks for the closing MCF. */
  pageSending(page: number, final: boolean): Promise<void>
  /** After the far end's MCF for the page. */
  pageConfirmed(page: number): Promise<void>
}

/** A way to the telephone network: the sandbox, a SIP trunk, a provider. */
export interface Line {
  /** Stored with each attempt and shown to people, e.g. `sandbox`. */
  readonly name: string
  readonly modes: readonly Mode[]
  /** Never rejects for what the network does: that is a `CallEnd`. Aborting the signal hangs up and ends the call `canceled`. */
  place(call: OutboundCall, observer: CallObserver, signal: AbortSignal): Promise<CallEnd>
}
