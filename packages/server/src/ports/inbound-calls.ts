import type { CallEnd } from '../domain/fax/disposition.ts'
import type { PageQuality } from '../domain/fax/received-fax.ts'

/** An INVITE that came in, as the line read it. All of it is the caller's word but `trunkId` and `sourceAddress`. */
export interface InboundCall {
  /** The trunk it belongs to: found by the address it came from, or by the registration it was sent to. */
  readonly trunkId: string
  /** Called number as told, without scheme and domain; at most 64 characters are looked at. */
  readonly to: string
  /** Calling number as told; `undefined` when withheld. */
  readonly from: string | undefined
  /** IP address the INVITE came from. */
  readonly sourceAddress: string
}

export type InboundDecision =
  | { readonly kind: 'accept'; readonly receptionId: string; readonly answerer: AnswererSettings }
  /** Answer with this SIP status; `reason` is for the log. */
  | { readonly kind: 'refuse'; readonly sipStatus: number; readonly reason: InboundRefusal }

export type InboundRefusal =
  | 'unknown_trunk'
  | 'disabled'
  | 'not_acknowledged'
  | 'source'
  | 'number'
  | 'blocked'

/** How to answer, besides what the trunk's profile says. */
export interface AnswererSettings {
  /** CSI (T.30 §5.3.6.2.4): at most 20 characters of digits, `+` and space. */
  readonly stationId: string
  readonly ecm: boolean
  /** bit/s */
  readonly maxBitRate: number
  /** To offer in the DIS: those that pages can be stored and shown in. */
  readonly resolutions: readonly ReceivedPage['resolution'][]
}

/** One page as it was received, recoded to T.6 by the line. */
export interface ReceivedPage {
  /** 1-based, without gaps. */
  readonly number: number
  /** Pels. */
  readonly width: number
  readonly rows: number
  readonly resolution: 'standard' | 'fine' | 'superfine'
  /** T.6 rows, most significant bit first, closed by EOFB and zero-padded to a byte. */
  readonly t6: Uint8Array
  /** Rows that could not be read and were made up from their neighbours. */
  readonly badRows: number
  readonly quality: PageQuality
}

/**
 * Where calls that come in end up. The order is the promise: no MCF before `pageReceived` has resolved, because what it resolved
 * for survives a power cut.
 */
export interface InboundCalls {
  /** Before 200 OK. Never rejects for what a caller says. */
  accept(call: InboundCall): Promise<InboundDecision>
  /**
   * Resolves once the page is durable: blob on disk, row committed. Giving the same number again resolves and changes nothing.
   * Rejects when it could not be kept, or when the reception was ended for us: then no MCF, and DCN.
   */
  pageReceived(receptionId: string, page: ReceivedPage): Promise<void>
  /**
   * Once, whatever happened. `disposition: 'delivered'` says that the sender's EOP was answered with MCF. The second word of one
   * reception is dropped.
   */
  ended(receptionId: string, end: CallEnd): Promise<void>
}
