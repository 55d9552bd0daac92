/** The image modems of G3 (T.30 §5.1, table 2): scheme and bit rate. */
export type Modulation =
  | 'V17_14400'
  | 'V17_12000'
  | 'V17_9600'
  | 'V17_7200'
  | 'V29_9600'
  | 'V29_7200'
  | 'V27TER_4800'
  | 'V27TER_2400'

export type Modem = 'V17' | 'V29' | 'V27TER'

interface ModulationFacts {
  readonly modem: Modem
  readonly bitRate: number
  /** Bits 11–14 of a DCS (T.30 table 2). */
  readonly dcsBits: string
}

export const MODULATIONS: Readonly<Record<Modulation, ModulationFacts>> = {
  V17_14400: { modem: 'V17', bitRate: 14_400, dcsBits: '0001' },
  V17_12000: { modem: 'V17', bitRate: 12_000, dcsBits: '0101' },
  V17_9600: { modem: 'V17', bitRate: 9_600, dcsBits: '1001' },
  V17_7200: { modem: 'V17', bitRate: 7_200, dcsBits: '1101' },
  V29_9600: { modem: 'V29', bitRate: 9_600, dcsBits: '1000' },
  V29_7200: { modem: 'V29', bitRate: 7_200, dcsBits: '1100' },
  V27TER_4800: { modem: 'V27TER', bitRate: 4_800, dcsBits: '0100' },
  V27TER_2400: { modem: 'V27TER', bitRate: 2_400, dcsBits: '0000' },
}

/** Fastest first: also the order of falling back after a failed training. */
const BY_SPEED = Object.keys(MODULATIONS) as Modulation[]

/**
 * @param bits 11 to 14 of DCS (T.30 table 2), in their order
 * @returns `undefined` for those that name no modulation we have
 */
export function modulationOfDcsBits(bits: string): Modulation | undefined {
  return BY_SPEED.find((modulation) => MODULATIONS[modulation].dcsBits === bits)
}

/** @returns the fastest modulation of these modems within the bit rate, `undefined` when there is none */
export function fastestModulation(modems: ReadonlySet<Modem>, bitRateMax: number): Modulation | undefined {
  return BY_SPEED.find(
    (name) => modems.has(MODULATIONS[name].modem) && MODULATIONS[name].bitRate <= bitRateMax,
  )
}

/** The next lower speed both ends have (T.30 §5.3.6.1.4, FTT); `undefined` at the slowest. */
export function slowerModulation(current: Modulation, modems: ReadonlySet<Modem>): Modulation | undefined {
  return fastestModulation(modems, MODULATIONS[current].bitRate - 1)
}
