import type { Carrier } from '../t30/machine.ts'
import type { Modulation } from '../t30/modulation.ts'
import type { DataType, Indicator } from './ifp-types.ts'

interface CarrierFacts {
  readonly dataType: DataType
  readonly longTraining: Indicator
  readonly shortTraining: Indicator
  /** Duration of training, in milliseconds: V.17 §5 (long, short), V.29 §8, V.27ter §4 (with echo protection). */
  readonly longMs: number
  readonly shortMs: number
}

const V29_MS = 253
const V27_4800_MS = 923
const V27_2400_MS = 1_158
const V17_LONG_MS = 1_393
const V17_SHORT_MS = 142

export const CARRIERS: Readonly<Record<Modulation, CarrierFacts>> = {
  V17_14400: v17('v17_14400', 'v17_14400_long_training', 'v17_14400_short_training'),
  V17_12000: v17('v17_12000', 'v17_12000_long_training', 'v17_12000_short_training'),
  V17_9600: v17('v17_9600', 'v17_9600_long_training', 'v17_9600_short_training'),
  V17_7200: v17('v17_7200', 'v17_7200_long_training', 'v17_7200_short_training'),
  V29_9600: oneTraining('v29_9600', 'v29_9600_training', V29_MS),
  V29_7200: oneTraining('v29_7200', 'v29_7200_training', V29_MS),
  V27TER_4800: oneTraining('v27_4800', 'v27_4800_training', V27_4800_MS),
  V27TER_2400: oneTraining('v27_2400', 'v27_2400_training', V27_2400_MS),
}

function v17(dataType: DataType, longTraining: Indicator, shortTraining: Indicator): CarrierFacts {
  return { dataType, longTraining, shortTraining, longMs: V17_LONG_MS, shortMs: V17_SHORT_MS }
}

function oneTraining(dataType: DataType, training: Indicator, ms: number): CarrierFacts {
  return { dataType, longTraining: training, shortTraining: training, longMs: ms, shortMs: ms }
}

const BY_DATA_TYPE = new Map<DataType, Carrier>([['v21', 'V21']])
const BY_INDICATOR = new Map<Indicator, Carrier>([['v21_preamble', 'V21']])
for (const [name, facts] of Object.entries(CARRIERS)) {
  BY_DATA_TYPE.set(facts.dataType, name as Modulation)
  BY_INDICATOR.set(facts.longTraining, name as Modulation)
  BY_INDICATOR.set(facts.shortTraining, name as Modulation)
}

/** `undefined` for what G3 without V.34 does not use: parsed, never offered. */
export function carrierOfDataType(dataType: DataType): Carrier | undefined {
  return BY_DATA_TYPE.get(dataType)
}

/** The carrier that an indicator announces; `undefined` for tones, silence, and what G3 without V.34 does not use. */
export function carrierOfIndicator(indicator: Indicator): Carrier | undefined {
  return BY_INDICATOR.get(indicator)
}
