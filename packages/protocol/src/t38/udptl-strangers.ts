import type { UdptlDatagram } from './udptl-datagram.ts'

/** A datagram that does not belong to the stream being followed, and whether all of it could be read. */
export interface Stranger {
  readonly datagram: UdptlDatagram
  readonly isWhole: boolean
}

/**
 * Datagrams out of place, until there are enough in a row to believe that the peer started over. One alone may
 * be leftover RTP on the port (its first two octets read as a sequence number that never grows) or a stray copy.
 */
export class Strangers {
  #row: UdptlDatagram[] = []

  /** The whole row once it has `needed` datagrams, otherwise undefined. */
  add(stranger: Stranger, needed: number): readonly UdptlDatagram[] | undefined {
    const { datagram, isWhole } = stranger
    const last = this.#row.at(-1)
    if (last !== undefined) {
      const step = (datagram.sequence - last.sequence) & 0xffff
      // A repeated datagram supports the one before only if it is one without doubt.
      const follows = step <= STEP_MAX && (step > 0 || (isWhole && needed === FAR_NEEDED))
      if (!follows) this.#row = []
    }
    this.#row.push(datagram)
    if (this.#row.length < needed) return undefined
    const row = this.#row
    this.#row = []
    return row
  }

  clear(): void {
    if (this.#row.length > 0) this.#row = []
  }
}

/** Far from where the stream is: no network delays a packet so long, so the peer's word twice is enough. */
export const FAR_NEEDED = 2
/** A little behind: late copies look the same, but not a second of them with nothing current in between. */
export const NEAR_NEEDED = 32

const STEP_MAX = 16
