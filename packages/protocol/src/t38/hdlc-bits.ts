/**
 * How many bits an HDLC frame is on the line (ISO/IEC 13239, T.30 §5.3): its octets, the FCS, a zero stuffed after each
 * run of five ones, and the flag that closes it. T.38 carries neither FCS nor stuffing, but a gateway's modem must send
 * them, so a sender that leaves them out of its pacing runs ahead of the line.
 */
const FLAG_BITS = 8
const FCS_INITIAL = 0xffff
/** x^16 + x^12 + x^5 + 1, on octets whose most significant bit leaves first. */
const FCS_POLYNOMIAL = 0x1021
const RUN_MAX = 5

const FCS_TABLE = Uint16Array.from({ length: 256 }, (_, octet) => {
  let remainder = octet << 8
  for (let bit = 0; bit < 8; bit++) {
    remainder = remainder & 0x8000 ? (remainder << 1) ^ FCS_POLYNOMIAL : remainder << 1
  }
  return remainder & 0xffff
})

/** By the ones that ended the octet before (0–4) and the octet: zeros stuffed × 8 + the ones that end it. */
const STUFFING_TABLE = Uint8Array.from({ length: RUN_MAX * 256 }, (_, index) => {
  let run = index >> 8
  let stuffed = 0
  for (let bit = 7; bit >= 0; bit--) {
    run = (index >> bit) & 1 ? run + 1 : 0
    if (run === RUN_MAX) {
      stuffed++
      run = 0
    }
  }
  return stuffed * 8 + run
})

/** The FCS as it leaves, high octet first. */
export function frameCheckSequence(octets: Uint8Array): number {
  let remainder = FCS_INITIAL
  for (const octet of octets) {
    remainder = ((remainder << 8) & 0xffff) ^ FCS_TABLE[(remainder >> 8) ^ octet]!
  }
  return remainder ^ 0xffff
}

/** Bits of a stretch of octets with their stuffing, carried from stretch to stretch. */
export class StuffedBits {
  #run = 0

  add(octets: Uint8Array): number {
    let stuffed = 0
    for (const octet of octets) {
      const entry = STUFFING_TABLE[(this.#run << 8) | octet]!
      stuffed += entry >> 3
      this.#run = entry & 7
    }
    return octets.length * 8 + stuffed
  }
}

/** Bits of the FCS and of the flag that closes the frame. */
export function closingBits(octets: Uint8Array, bits: StuffedBits): number {
  const fcs = frameCheckSequence(octets)
  return bits.add(Uint8Array.of(fcs >> 8, fcs & 0xff)) + FLAG_BITS
}
