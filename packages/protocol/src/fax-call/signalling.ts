import type { LocalMedia } from '../sip/sdp/media.ts'

/** What a fax call asks of its SIP dialog; each at the time given. */
export interface Signalling {
  offerT38(media: LocalMedia & { kind: 't38' }, nowMs: number): void
  acceptOffer(media: LocalMedia, nowMs: number): void
  refuseOffer(status: number, nowMs: number): void
  /** CANCEL or BYE, as the dialog stands. */
  hangUp(nowMs: number): void
}
