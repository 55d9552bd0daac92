import {
  type ErrorCorrection,
  IFP_OCTETS_LIMIT,
  openTypeOctets,
  RECOVERY_ENTRIES_MAX,
  writeOpenType,
} from './udptl-datagram.ts'
import { FEC_REACH_MAX, fecMembers, xorPackets } from './udptl-fec.ts'

export interface UdptlSenderOptions {
  readonly errorCorrection: ErrorCorrection
  /** The peer's `T38FaxMaxDatagram`, in octets of UDP payload. */
  readonly datagramOctetsMax: number
}

/** Numbers IFP packets and packs each, with what restores earlier ones, into a datagram that fits the peer. */
export class UdptlSender {
  readonly #errorCorrection: ErrorCorrection
  readonly #datagramOctetsMax: number
  /** Of the next datagram: 16 bits, from 0 (T.38 §9.1.3). */
  #sequence = 0
  /** The last packets, newest last. */
  readonly #sent: Uint8Array[] = []

  constructor(options: UdptlSenderOptions) {
    requireUsable(options.errorCorrection)
    this.#errorCorrection = options.errorCorrection
    this.#datagramOctetsMax = options.datagramOctetsMax
  }

  /** The longest IFP packet that fits the peer with nothing beside it. Longer ones should be cut by the caller. */
  get ifpOctetsMax(): number {
    const room = this.#datagramOctetsMax - SEQUENCE_OCTETS - RECOVERY_HEAD_OCTETS
    return Math.max(0, room <= 0x80 ? room - 1 : room - 2)
  }

  /**
   * One datagram for one IFP packet. `redundancyDepth` replaces the negotiated depth for this one, where
   * redundancy was negotiated. The oldest entries are left out until the datagram fits; the packet itself always
   * goes, as a peer that states a small datagram often means the IFP packet. `ifp` must not be changed later.
   * Throws `RangeError` on one that is empty or has 16,384 octets or more.
   */
  pack(ifp: Uint8Array, options: { readonly redundancyDepth?: number } = {}): Uint8Array {
    if (ifp.length === 0 || ifp.length >= IFP_OCTETS_LIMIT) {
      throw new RangeError(`An IFP packet has 1 to ${IFP_OCTETS_LIMIT - 1} octets`)
    }
    const correction = this.#errorCorrection
    const room = this.#datagramOctetsMax - SEQUENCE_OCTETS - openTypeOctets(ifp)
    const datagram =
      correction.kind === 'fec'
        ? this.#withParities(ifp, correction, room - FEC_HEAD_OCTETS)
        : this.#withRedundancy(
            ifp,
            redundancyDepth(correction, options.redundancyDepth),
            room - RECOVERY_HEAD_OCTETS,
          )
    this.#sent.push(ifp)
    if (this.#sent.length > HISTORY_MAX) this.#sent.splice(0, HISTORY_MAX >>> 1)
    this.#sequence = (this.#sequence + 1) & 0xffff
    return datagram
  }

  #withRedundancy(ifp: Uint8Array, depth: number, room: number): Uint8Array {
    const entries: Uint8Array[] = []
    let left = room
    for (let i = this.#sent.length - 1; i >= 0 && entries.length < depth; i--) {
      left -= openTypeOctets(this.#sent[i]!)
      if (left < 0) break
      entries.push(this.#sent[i]!)
    }
    return assemble(this.#sequence, ifp, [0x00, entries.length], entries)
  }

  /** Fewer parities at the start, while there are not yet enough packets, and where all would not fit. */
  #withParities(ifp: Uint8Array, correction: { span: number; entries: number }, room: number): Uint8Array {
    const { span } = correction
    for (let count = Math.min(correction.entries, Math.floor(this.#sent.length / span)); count > 0; count--) {
      const parities = Array.from({ length: count }, (_, m) =>
        xorPackets(fecMembers(this.#sent.length, span, count, m).map((at) => this.#sent[at]!)),
      )
      if (parities.reduce((octets, parity) => octets + openTypeOctets(parity), 0) <= room) {
        return assemble(this.#sequence, ifp, [0x80, 1, span, count], parities)
      }
    }
    return assemble(this.#sequence, ifp, room < 0 ? [0x00, 0] : [0x80, 1, span, 0], [])
  }
}

function assemble(
  sequence: number,
  ifp: Uint8Array,
  recoveryHead: readonly number[],
  entries: readonly Uint8Array[],
): Uint8Array {
  let octets = SEQUENCE_OCTETS + openTypeOctets(ifp) + recoveryHead.length
  for (const entry of entries) octets += openTypeOctets(entry)
  const datagram = new Uint8Array(octets)
  datagram[0] = sequence >>> 8
  datagram[1] = sequence & 0xff
  let at = writeOpenType(datagram, 2, ifp)
  datagram.set(recoveryHead, at)
  at += recoveryHead.length
  for (const entry of entries) at = writeOpenType(datagram, at, entry)
  return datagram
}

function redundancyDepth(correction: ErrorCorrection, override: number | undefined): number {
  if (correction.kind !== 'redundancy') return 0
  const depth = override ?? correction.depth
  requireCount(depth, 0, RECOVERY_ENTRIES_MAX)
  return depth
}

function requireUsable(correction: ErrorCorrection): void {
  if (correction.kind === 'redundancy') requireCount(correction.depth, 0, RECOVERY_ENTRIES_MAX)
  if (correction.kind !== 'fec') return
  requireCount(correction.span, 1, FEC_REACH_MAX)
  requireCount(correction.entries, 1, Math.floor(FEC_REACH_MAX / correction.span))
}

function requireCount(count: number, least: number, most: number): void {
  if (!Number.isInteger(count) || count < least || count > most) {
    throw new RangeError(`Error correction needs a number from ${least} to ${most}`)
  }
}

const SEQUENCE_OCTETS = 2
const RECOVERY_HEAD_OCTETS = 2
const FEC_HEAD_OCTETS = 4
/** Twice what any datagram looks back, so that old packets are dropped in one go now and then. */
const HISTORY_MAX = 2 * RECOVERY_ENTRIES_MAX
