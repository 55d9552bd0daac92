import { FEC_REACH_MAX, fecMembers, xorPackets } from './udptl-fec.ts'

/** A parity and the packets it was made of; sequence numbers are not wrapped. */
interface ParityGroup {
  readonly members: readonly number[]
  readonly parity: Uint8Array
}

/** Restores packets from parities. Remembers nothing until the peer has sent FEC at all. */
export class FecRecovery {
  #active = false
  /** Packets already handed over, oldest first: parities reach back to them. */
  readonly #passed = new Map<number, Uint8Array>()
  /** Parities with something still missing, oldest first. */
  #groups: ParityGroup[] = []

  /** True while a late packet may still let a parity restore another. */
  get isWaiting(): boolean {
    return this.#groups.length > 0
  }

  /** Takes a packet that was handed over. */
  remember(sequence: number, octets: Uint8Array): void {
    if (!this.#active) return
    this.#passed.set(sequence, octets)
    for (const oldest of this.#passed.keys()) {
      if (oldest > sequence - FEC_REACH_MAX) break
      this.#passed.delete(oldest)
    }
  }

  /** Takes the parities of the datagram numbered `sequence`. Ones that reach too far back are left out. */
  add(sequence: number, span: number, parities: readonly Uint8Array[]): void {
    this.#active = true
    const count = parities.length
    if (span === 0 || span * count > FEC_REACH_MAX) return
    for (let m = 0; m < count; m++) {
      this.#groups.push({ members: fecMembers(sequence, span, count, m), parity: parities[m]! })
    }
  }

  /**
   * Hands every packet from `next` on that can be restored to `restored`, which must make it known to `held`.
   * One restored packet may complete a parity of another (interleaving), so this goes on until nothing changes.
   */
  solve(
    next: number,
    held: (sequence: number) => Uint8Array | undefined,
    restored: (sequence: number, octets: Uint8Array) => void,
  ): void {
    const known = (sequence: number) => held(sequence) ?? this.#passed.get(sequence)
    for (let changed = true; changed; ) {
      changed = false
      this.#groups = this.#groups.filter(({ members, parity }) => {
        const missing = members.filter((member) => known(member) === undefined)
        if (missing.length > 1) return members.at(-1)! >= next
        const [sequence] = missing
        if (sequence === undefined) return false
        const others = members.filter((member) => member !== sequence).map((member) => known(member)!)
        const octets = xorPackets([parity, ...others])
        // One that was given up is of use only to other parities.
        if (sequence < next) this.#passed.set(sequence, octets)
        else restored(sequence, octets)
        changed = true
        return false
      })
    }
    if (this.#groups.length > GROUPS_MAX) this.#groups.splice(0, this.#groups.length - GROUPS_MAX)
  }

  /** The peer started over: nothing from before belongs with what comes. */
  clear(): void {
    this.#passed.clear()
    this.#groups = []
  }
}

const GROUPS_MAX = 2 * FEC_REACH_MAX
