/**
 * The shortest call that T.30 allows for given pages, from the bits that must go over the line: V.17 at 14,400 bit/s
 * with ECM, CED, CSI and TSI, 75 ms between signals, and 1 s of flags before every V.21 burst. HDLC is counted to the
 * bit: flags, frame check sequences and stuffed zeros.
 */
const CED_SECONDS = 2.6
const GAP_SECONDS = 0.075
const V21_PREAMBLE_SECONDS = 1
const V21_BITS_PER_SECOND = 300
const IMAGE_BITS_PER_SECOND = 14_400
/** T.30 §5.3.1, V.17 §5. */
const LONG_TRAINING_SECONDS = 1.393
const SHORT_TRAINING_SECONDS = 0.142
const TCF_SECONDS = 1.5
/** T.30 annex A.3.1: flags before the first frame of a partial page. */
const ECM_FLAGS_SECONDS = 0.2
const FRAME_OCTETS = 256
const FRAMES_PER_BLOCK = 256

const CSI = [0xff, 0xc0, 0x40, ...station('+1 202 555 0101')]
const DIS = [0xff, 0xc8, 0x80, 0x00, 0xee, 0xfa, 0xc4]
const TSI = [0xff, 0xc0, 0xc2, ...station('+1 202 555 0102')]
const DCS = [0xff, 0xc8, 0xc1, 0x00, 0x62, 0xf8, 0x44]
const CFR = [0xff, 0xc8, 0x84]
const PPS_EOP = [0xff, 0xc8, 0xbe, 0x2f, 0x00, 0x00, 0x46]
const MCF = [0xff, 0xc8, 0x8c]
const DCN = [0xff, 0xc8, 0xfa]
const RCP = [0xff, 0xc0, 0x61]

/** Seconds for a whole call with these pages, each as its T.6 octets. */
export function callFloorSeconds(pages: readonly Uint8Array[]): number {
  const blocks = pages.flatMap(blocksOf)
  const setUp =
    CED_SECONDS +
    GAP_SECONDS +
    burstSeconds(CSI, DIS) +
    burstSeconds(TSI, DCS) +
    LONG_TRAINING_SECONDS +
    TCF_SECONDS +
    GAP_SECONDS +
    burstSeconds(CFR)
  const confirmed = GAP_SECONDS + burstSeconds(PPS_EOP) + burstSeconds(MCF)
  const images = blocks.reduce((seconds, block) => seconds + imageSeconds(block) + confirmed, 0)
  return setUp + images + burstSeconds(DCN) - GAP_SECONDS
}

/** One partial page: training, flags, FCD frames, three RCP. */
function imageSeconds(block: Uint8Array): number {
  let bits = 3 * hdlcBits(RCP)
  for (let start = 0; start < block.length; start += FRAME_OCTETS) {
    const number = start / FRAME_OCTETS
    bits += hdlcBits([0xff, 0xc0, 0x60, number, ...block.subarray(start, start + FRAME_OCTETS)])
  }
  return SHORT_TRAINING_SECONDS + ECM_FLAGS_SECONDS + bits / IMAGE_BITS_PER_SECOND
}

function blocksOf(page: Uint8Array): Uint8Array[] {
  const octets = FRAME_OCTETS * FRAMES_PER_BLOCK
  return Array.from({ length: Math.ceil(page.length / octets) }, (_, i) =>
    page.subarray(i * octets, (i + 1) * octets),
  )
}

/** A burst of control frames, and the silence after it. */
function burstSeconds(...frames: readonly (readonly number[])[]): number {
  const bits = frames.reduce((sum, frame) => sum + hdlcBits(frame), 0)
  return V21_PREAMBLE_SECONDS + bits / V21_BITS_PER_SECOND + GAP_SECONDS
}

/** A frame with its FCS, the zero after every five ones, and the closing flag; the first bit is the highest. */
function hdlcBits(octets: readonly number[]): number {
  const check = frameCheck(octets)
  let bits = 8
  let ones = 0
  for (const octet of [...octets, check >>> 8, check & 0xff]) {
    for (let bit = 7; bit >= 0; bit--) {
      bits++
      ones = (octet >>> bit) & 1 ? ones + 1 : 0
      if (ones < 5) continue
      bits++
      ones = 0
    }
  }
  return bits
}

/** T.30 §5.3.7: x^16 + x^12 + x^5 + 1, sent inverted. */
function frameCheck(octets: readonly number[]): number {
  let remainder = 0xffff
  for (const octet of octets) {
    for (let bit = 7; bit >= 0; bit--) {
      const feedback = ((remainder >>> 15) ^ (octet >>> bit)) & 1
      remainder = ((remainder << 1) & 0xffff) ^ (feedback ? 0x1021 : 0)
    }
  }
  return remainder ^ 0xffff
}

/** 20 digits, the last one first, each with its lowest bit first (T.30 §5.3.6.2.4). */
function station(digits: string): number[] {
  return Array.from(digits.padStart(20))
    .reverse()
    .map((digit) => reverse(digit.charCodeAt(0)))
}

function reverse(octet: number): number {
  return Number.parseInt(octet.toString(2).padStart(8, '0').split('').reverse().join(''), 2)
}
