import type { Modulation } from './modulation.ts'
import type { ReceivedPage } from './received-page.ts'
import type { T30End } from './result.ts'
import type { TimerName } from './timers.ts'

/** What carries bits towards us: the 300 bit/s control channel, or an image modem. */
export type Carrier = 'V21' | Modulation

/** One signal on the line. Several handed over together leave in order, with T.30's silence between them. */
export type Transmission =
  | { readonly kind: 'ced'; readonly durationMs: number }
  /** Frames of T.30 under one preamble. */
  | { readonly kind: 'control'; readonly frames: readonly Uint8Array[] }
  | { readonly kind: 'training_check'; readonly modulation: Modulation }
  /** A page without ECM. */
  | {
      readonly kind: 'image'
      readonly modulation: Modulation
      readonly training: 'long' | 'short'
      readonly octets: Uint8Array
    }
  /** A block of ECM: FCD frames and the three RCP that close it (T.30 A.3.7). */
  | {
      readonly kind: 'block'
      readonly modulation: Modulation
      readonly training: 'long' | 'short'
      readonly frames: readonly Uint8Array[]
    }

/** Everything a T.30 machine can be told. */
export type T30Input =
  | { readonly kind: 'start' }
  | { readonly kind: 'tone'; readonly tone: 'CNG' | 'CED' }
  | { readonly kind: 'signal_started'; readonly carrier: Carrier }
  /** A whole frame with a good FCS, from either channel. */
  | { readonly kind: 'frame'; readonly octets: Uint8Array }
  | { readonly kind: 'frame_damaged' }
  /** Image octets outside HDLC: a page without ECM, or a TCF. */
  | { readonly kind: 'image'; readonly octets: Uint8Array }
  /** The network lost packets for good. */
  | { readonly kind: 'gap'; readonly packets: number }
  /** `isCutOff`: it went silent without saying that it was over, so its last packets may be lost. */
  | { readonly kind: 'signal_ended'; readonly isCutOff?: true }
  /** All that was transmitted has left. */
  | { readonly kind: 'sent' }
  | { readonly kind: 'timer'; readonly timer: TimerName }
  /** The call is gone. */
  | { readonly kind: 'carrier_lost' }
  /** Our side wants to end the call: cancelled, or a record could not be written. */
  | { readonly kind: 'hang_up' }
  | DriverAnswer

/** Answers to effects that ask. */
export type DriverAnswer =
  | { readonly kind: 'identity_checked'; readonly mayGoOn: boolean }
  | { readonly kind: 'page_announced' }
  | { readonly kind: 'page_recorded' }
  | { readonly kind: 'page_committed' }
  | { readonly kind: 'page_not_committed' }

export type T30Effect =
  | { readonly kind: 'transmit'; readonly transmissions: readonly Transmission[] }
  | { readonly kind: 'start_timer'; readonly timer: TimerName; readonly delayMs: number }
  | { readonly kind: 'stop_timer'; readonly timer: TimerName }
  /** Caller: DIS came. May this machine have the fax? Answer `identity_checked`. */
  | { readonly kind: 'check_identity'; readonly remoteId: string | undefined }
  /** Caller: the page's image is about to leave. Answer `page_announced` once that is on record. */
  | { readonly kind: 'announce_page'; readonly page: number; readonly isFinal: boolean }
  /** Caller: the far end confirmed the page. Answer `page_recorded` once that is on record. */
  | { readonly kind: 'record_page'; readonly page: number }
  /** Answerer: answer `page_committed` once the page is durable; only then MCF leaves. */
  | { readonly kind: 'commit_page'; readonly page: ReceivedPage }
  /** Something a person who reads the timeline wants to know that no frame tells. */
  | {
      readonly kind: 'note'
      readonly what: string
      readonly detail?: Readonly<Record<string, string | number | boolean>>
    }
  | { readonly kind: 'end'; readonly end: T30End }

/** A machine holds its own state; the same inputs give the same effects. */
export interface T30Machine {
  take(input: T30Input): readonly T30Effect[]
}
