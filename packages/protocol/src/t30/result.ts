import type { Settings } from './settings.ts'

/** How a T.30 session ended, and the one place that says what each name means. */
export const T30_RESULTS = {
  ok: 'Every page was sent and confirmed, or received, stored and confirmed.',
  // The caller's.
  no_dis: 'No fax machine identified itself before T1 ran out.',
  cannot_receive: 'The far end said that it cannot receive.',
  incompatible: 'The two machines share no modem.',
  sub_address_unsupported: 'The far end does not take the sub-address or password the fax needs.',
  identity_refused: 'The far end’s station identification was not the expected one; no page was sent.',
  no_response_to_dcs: 'Three DCS went unanswered.',
  training_failed: 'Training failed at every speed both ends have.',
  disconnected_before_page: 'The far end sent DCN before any page.',
  disconnected_after_page: 'The far end sent DCN before the last page was confirmed.',
  no_response_to_page: 'Three post-message commands went unanswered.',
  page_refused: 'The far end refused a page twice (RTN).',
  page_not_recovered: 'Error correction could not bring a page across at any speed.',
  receiver_not_ready: 'The far end stayed not ready (RNR) until T5 ran out.',
  // The answerer's.
  no_dcs: 'The caller sent no usable DCS before T1, or after a failed training T2, ran out.',
  settings_unusable: 'The caller’s DCS names what was never offered.',
  poll_refused: 'The caller wanted to fetch a document; there is none to fetch.',
  no_page: 'After training no page came before T2 ran out.',
  page_too_long: 'A page went on for longer than any page is.',
  disconnected_early: 'The caller sent DCN before its last page was confirmed.',
  // Either’s.
  not_recorded: 'Our side could not record or store a page in time.',
  carrier_lost: 'The call was cut off.',
  hung_up: 'Our side ended the call.',
} as const

export type T30Result = keyof typeof T30_RESULTS

export interface T30End {
  readonly result: T30Result
  /** Pages the far end confirmed (caller), or that we confirmed to it (answerer). */
  readonly pages: number
  /**
   * `none`: no image octet left or came. `unknown` (caller): the last page and its command were out and what the far end
   * made of it was not heard.
   */
  readonly dataExchanged: 'none' | 'some' | 'unknown'
  readonly settings: Settings | undefined
  /** CSI or TSI as sent; untrusted. */
  readonly remoteId: string | undefined
  /** NSF as sent, hexadecimal; untrusted. */
  readonly remoteNsf: string | undefined
  /** SUB (answerer). */
  readonly subAddress: string | undefined
}
