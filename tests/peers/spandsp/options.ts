import { reverseBits } from '@answerback/imaging/tiff/bit-order'

export type SpandspModem = 'V.27ter' | 'V.29' | 'V.17'
export type SpandspCompression = 'MH' | 'MR' | 'MMR'
export type SpandspResolution = 'standard' | 'fine' | 'superfine' | 'R8' | 'R16' | '300x300' | '400x400'
export type SpandspImageSize =
  | 'width215'
  | 'width255'
  | 'width303'
  | 'unlimited'
  | 'a4'
  | 'b4'
  | 'letter'
  | 'legal'

/** How often each kind of packet is transmitted, with the same sequence number. */
export interface SpandspRepeats {
  readonly indicator?: number
  readonly control?: number
  /** The last packet of a burst of HDLC control frames. */
  readonly controlEnd?: number
  readonly image?: number
  readonly imageEnd?: number
}

export interface SpandspSetting {
  /** CSI of an answerer, TSI of a caller. Default: none is sent. */
  readonly ident?: string
  readonly subAddress?: string
  readonly password?: string
  /** The FIF of NSF, the first bit on the wire as the most significant. */
  readonly nsf?: Uint8Array
  /** Default true. */
  readonly ecm?: boolean
  /** With all slower ones: DIS has no way to leave them out. Default V.17. */
  readonly fastestModem?: SpandspModem
  /** Default all three. MH must be among them. */
  readonly compressions?: readonly SpandspCompression[]
  /** Default standard, fine and superfine at R8. */
  readonly resolutions?: readonly SpandspResolution[]
  /** Default all widths and lengths. */
  readonly imageSizes?: readonly SpandspImageSize[]
  readonly minScanLineMs?: 0 | 5 | 10 | 20 | 40
  /** How many times an ECM receiver answers RNR to each block's end. */
  readonly receiverNotReady?: number
  /** The last page that is sent or taken, from 0. Default all. */
  readonly stopPage?: number
  /** As negotiated, so the same on both sides. Default 0. */
  readonly version?: 0 | 1 | 2 | 3
  /** False: data is sent as fast as it can be made. */
  readonly pacing?: boolean
  readonly sendsIndicators?: boolean
  /** Default 3 for indicators and the two ends, 1 for the others. */
  readonly repeats?: SpandspRepeats
  readonly maxDatagramOctets?: number
  /** The library's own log, on stderr. */
  readonly log?: boolean
}

const MODEM_MASKS = { 'V.27ter': 0x1, 'V.29': 0x3, 'V.17': 0x7 } as const
const COMPRESSION_BITS = { MH: 0x2, MR: 0x4, MMR: 0x8 } as const
const RESOLUTION_BITS = {
  standard: 0x1,
  fine: 0x2,
  superfine: 0x4,
  R8: 0x2_0000,
  R16: 0x4_0000,
  '300x300': 0x10_0000,
  '400x400': 0x20_0000,
} as const
const IMAGE_SIZE_BITS = {
  width215: 0x1,
  width255: 0x2,
  width303: 0x4,
  unlimited: 0x1_0000,
  a4: 0x2_0000,
  b4: 0x4_0000,
  letter: 0x8_0000,
  legal: 0x10_0000,
} as const

/** The setting as the far end reads it: `key=value`, each without a line break. */
export function settingLines(setting: SpandspSetting): string[] {
  const { repeats = {} } = setting
  const values: Record<string, string | number | boolean | undefined> = {
    ident: setting.ident,
    subAddress: setting.subAddress,
    password: setting.password,
    nsf: setting.nsf && Buffer.from(reverseBits(setting.nsf)).toString('hex'),
    ecm: setting.ecm,
    modems: setting.fastestModem && MODEM_MASKS[setting.fastestModem],
    compressions: setting.compressions && mask(setting.compressions, COMPRESSION_BITS),
    resolutions: setting.resolutions && mask(setting.resolutions, RESOLUTION_BITS),
    imageSizes: setting.imageSizes && mask(setting.imageSizes, IMAGE_SIZE_BITS),
    minScanMs: setting.minScanLineMs,
    receiverNotReady: setting.receiverNotReady,
    stopPage: setting.stopPage,
    version: setting.version,
    pacing: setting.pacing,
    indicators: setting.sendsIndicators,
    repeatIndicator: repeats.indicator,
    repeatControl: repeats.control,
    repeatControlEnd: repeats.controlEnd,
    repeatImage: repeats.image,
    repeatImageEnd: repeats.imageEnd,
    maxDatagram: setting.maxDatagramOctets,
    log: setting.log,
  }
  return optionLines(values)
}

export function optionLines(
  values: Readonly<Record<string, string | number | boolean | undefined>>,
): string[] {
  return Object.entries(values).flatMap(([key, value]) => {
    if (value === undefined) return []
    const text = typeof value === 'boolean' ? String(Number(value)) : String(value)
    if (/[\r\n\0]/.test(text)) throw new RangeError(`${key} holds a line break`)
    return [`${key}=${text}`]
  })
}

function mask<Name extends string>(names: readonly Name[], bits: Readonly<Record<Name, number>>): number {
  return names.reduce((all, name) => all | bits[name], 0)
}
