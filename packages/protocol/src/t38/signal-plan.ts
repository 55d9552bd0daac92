import { buildFrame } from '../t30/frame.ts'
import type { Transmission } from '../t30/machine.ts'
import { MODULATIONS, type Modulation } from '../t30/modulation.ts'
import { tcfOctets } from '../t30/training-check.ts'
import { CARRIERS } from './carriers.ts'
import { closingBits, StuffedBits } from './hdlc-bits.ts'
import type { DataField, DataType, FieldType, Ifp, Indicator } from './ifp-types.ts'

/** One packet of a signal, at the time its first bit would be on a telephone line. */
export interface PlannedPacket {
  /** Since the signal began. */
  readonly atMs: number
  readonly ifp: Ifp
  /** The frame that is complete with this packet, for the timeline. */
  readonly frame?: Uint8Array
  /** The signal is over with this packet. What follows only says so again, for those who lost it. */
  readonly isEnd: boolean
}

/** Signals are cut into packets of about this length. */
const CHUNK_MS = 40
/** Copies of an indicator, so that losing one packet does not lose the signal; each in a packet of its own. */
const INDICATOR_COPIES = 4
const COPY_SPACING_MS = 20
/**
 * After a signal its end is said again, ever more slowly, until the next one begins. Terminals hang up on a carrier that does
 * not stop (libspandsp after 3 s), so no burst of losses may hide it.
 */
const END_COPIES_MS = [0, 20, 40, 60, 200, 500, 1_000]
const CONTROL_BIT_RATE = 300
/** T.30 §5.3.1: 1 s ± 15 %. */
const PREAMBLE_MS = 1_000
/** Flags before the first frame of a block (T.30 A.3.7): at least 200 ms. */
const BLOCK_FLAGS_MS = 200
const RCP_COUNT = 3
const NO_OCTETS = new Uint8Array(0)
const RCP = buildFrame({ field: 'RCP', isFinal: false, hasReceivedDis: false })

/**
 * The packets of a signal, paced as its modem would send it, flags, stuffing and FCS counted.
 * @param octetsMax octets of data the peer's datagrams have room for, at least 1
 */
export function planSignal(transmission: Transmission, octetsMax: number): Generator<PlannedPacket> {
  switch (transmission.kind) {
    case 'ced':
      return planCed(transmission.durationMs)
    case 'control':
      return planFrames(CONTROL, transmission.frames, octetsMax)
    case 'training_check': {
      const { modulation } = transmission
      return planOctets(modulation, 'long', new Uint8Array(tcfOctets(modulation)), octetsMax)
    }
    case 'image':
      return planOctets(transmission.modulation, transmission.training, transmission.octets, octetsMax)
    case 'block':
      return planBlock(transmission, octetsMax)
  }
}

function* planCed(durationMs: number): Generator<PlannedPacket> {
  yield* copies('ced', 0)
  yield { atMs: durationMs, ifp: indicate('no_signal'), isEnd: true }
  yield* endings(durationMs + COPY_SPACING_MS)
}

function planBlock(
  block: Extract<Transmission, { kind: 'block' }>,
  octetsMax: number,
): Generator<PlannedPacket> {
  const { modulation, training, frames } = block
  const { dataType } = CARRIERS[modulation]
  const { indicator, ms } = trainingOf(modulation, training)
  const signal = {
    indicator,
    leadMs: ms + BLOCK_FLAGS_MS,
    dataType,
    bitRate: MODULATIONS[modulation].bitRate,
  }
  return planFrames(signal, [...frames, ...Array.from({ length: RCP_COUNT }, () => RCP)], octetsMax)
}

interface FramedSignal {
  readonly indicator: Indicator
  /** Preamble or training and flags, before the first frame. */
  readonly leadMs: number
  readonly dataType: DataType
  readonly bitRate: number
}

const CONTROL: FramedSignal = {
  indicator: 'v21_preamble',
  leadMs: PREAMBLE_MS,
  dataType: 'v21',
  bitRate: CONTROL_BIT_RATE,
}

function* planFrames(
  signal: FramedSignal,
  frames: readonly Uint8Array[],
  octetsMax: number,
): Generator<PlannedPacket> {
  const { dataType, bitRate } = signal
  yield* copies(signal.indicator, 0)
  const chunkOctets = Math.min(octetsMax, octetsIn(CHUNK_MS, bitRate))
  let atMs = signal.leadMs
  for (const [index, frame] of frames.entries()) {
    const bits = new StuffedBits()
    for (let start = 0; start < frame.length; start += chunkOctets) {
      const chunk = frame.subarray(start, start + chunkOctets)
      const isEnd = start + chunkOctets >= frame.length
      const isFrameWhole = isEnd && index < frames.length - 1
      const fields = [field('hdlc_data', chunk), ...(isFrameWhole ? [field('hdlc_fcs_ok')] : [])]
      yield { atMs, ifp: data(dataType, fields), isEnd: false, ...(isFrameWhole && { frame }) }
      atMs += (bits.add(chunk) * 1_000) / bitRate
    }
    atMs += (closingBits(frame, bits) * 1_000) / bitRate
  }
  const frame = frames.at(-1)
  yield { atMs, ifp: data(dataType, [field('hdlc_fcs_ok_sig_end')]), isEnd: true, ...(frame && { frame }) }
  yield* endings(atMs)
}

function* planOctets(
  modulation: Modulation,
  training: 'long' | 'short',
  octets: Uint8Array,
  octetsMax: number,
): Generator<PlannedPacket> {
  const { dataType } = CARRIERS[modulation]
  const { bitRate } = MODULATIONS[modulation]
  const { indicator, ms } = trainingOf(modulation, training)
  yield* copies(indicator, 0)
  const chunkOctets = Math.min(octetsMax, octetsIn(CHUNK_MS, bitRate))
  for (let start = 0; start < octets.length; start += chunkOctets) {
    const atMs = ms + (start * 8_000) / bitRate
    const chunk = octets.subarray(start, start + chunkOctets)
    yield { atMs, ifp: data(dataType, [field('t4_non_ecm_data', chunk)]), isEnd: false }
  }
  const endMs = ms + (octets.length * 8_000) / bitRate
  yield { atMs: endMs, ifp: data(dataType, [field('t4_non_ecm_sig_end')]), isEnd: true }
  yield* endings(endMs)
}

function trainingOf(
  modulation: Modulation,
  training: 'long' | 'short',
): { indicator: Indicator; ms: number } {
  const { longTraining, shortTraining, longMs, shortMs } = CARRIERS[modulation]
  return training === 'long'
    ? { indicator: longTraining, ms: longMs }
    : { indicator: shortTraining, ms: shortMs }
}

function octetsIn(durationMs: number, bitRate: number): number {
  return Math.max(1, Math.round((durationMs * bitRate) / 8_000))
}

function* endings(atMs: number): Generator<PlannedPacket> {
  for (const afterMs of END_COPIES_MS)
    yield { atMs: atMs + afterMs, ifp: indicate('no_signal'), isEnd: false }
}

function* copies(indicator: Indicator, atMs: number): Generator<PlannedPacket> {
  for (let copy = 0; copy < INDICATOR_COPIES; copy++) {
    yield { atMs: atMs + copy * COPY_SPACING_MS, ifp: indicate(indicator), isEnd: false }
  }
}

function indicate(indicator: Indicator): Ifp {
  return { kind: 'indicator', indicator }
}

function data(dataType: DataType, fields: readonly DataField[]): Ifp {
  return { kind: 'data', dataType, fields }
}

function field(type: FieldType, octets: Uint8Array = NO_OCTETS): DataField {
  return { type, octets }
}
