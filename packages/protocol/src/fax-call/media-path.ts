import type { HostPort } from '../sip/address.ts'

/**
 * Where media goes and whose is taken. The peer's SDP names one address; only what comes from that host is listened to.
 * On a symmetric path the first sender wins instead, and stays: a NAT in front of the peer makes its SDP untrue.
 */
export class MediaPath {
  readonly #isSymmetric: boolean
  #told: HostPort | undefined
  #locked: HostPort | undefined

  constructor(isSymmetric: boolean) {
    this.#isSymmetric = isSymmetric
  }

  /** A new address in SDP; a lock on another one is let go. */
  tell(told: HostPort): void {
    if (this.#told?.host !== told.host || this.#told.port !== told.port) this.#locked = undefined
    this.#told = told
  }

  get target(): HostPort | undefined {
    return this.#locked ?? this.#told
  }

  /** @returns whether the datagram may be listened to */
  admits(from: HostPort): boolean {
    if (this.#locked) return this.#locked.host === from.host && this.#locked.port === from.port
    if (this.#told === undefined) return false
    if (!this.#isSymmetric) return this.#told.host === from.host
    this.#locked = from
    return true
  }
}
