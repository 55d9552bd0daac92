import { reverseBits } from '@answerback/imaging/tiff/bit-order'

/** Samples of 8 kHz telephony, the only clock the library has. */
export const SAMPLES_PER_SECOND = 8000

/** What the library knows of the page in hand, or of the last one. */
export interface SpandspStatistics {
  readonly bitRate: number
  readonly isEcm: boolean
  readonly pagesSent: number
  readonly pagesReceived: number
  readonly pagesInFile: number
  /** Pels and lines a metre. */
  readonly xResolution: number
  readonly yResolution: number
  readonly width: number
  readonly rows: number
  /** Coded octets. */
  readonly imageOctets: number
  /** On the line. */
  readonly compression: 'none' | 'MH' | 'MR' | 'MMR' | 'other'
  readonly badRows: number
  readonly longestBadRowRun: number
  readonly ecmRetries: number
  readonly status: number
}

export interface SpandspCompletion {
  /** `T30_ERR_…`; 0 is success. */
  readonly code: number
  /** The library's words for the code. */
  readonly text: string
  readonly statistics: SpandspStatistics
  /** What the far end of the library, so ours, said it was. Empty where it said nothing. */
  readonly remoteIdent: string
  readonly remoteSubAddress: string
  readonly remotePassword: string
  readonly remoteNsf: Uint8Array
}

/** `at` counts samples since the call began. */
export type SpandspEvent = { readonly at: number } & (
  | { readonly kind: 'ifp'; readonly ifp: Uint8Array; readonly count: number }
  /** Address, control, FCF and FIF, the first bit on the wire as the most significant; image frames too. */
  | { readonly kind: 'frame'; readonly direction: 'sent' | 'received'; readonly octets: Uint8Array }
  /** `field` is the FCF that led here: DIS, DTC or DCS. */
  | { readonly kind: 'phase-b'; readonly field: number }
  /** A page has been confirmed or turned down; `field` is the FCF of the answer. */
  | { readonly kind: 'phase-d'; readonly field: number; readonly statistics: SpandspStatistics }
  | { readonly kind: 'phase-e'; readonly completion: SpandspCompletion }
  | { readonly kind: 'state'; readonly isActive: boolean }
  | { readonly kind: 'port'; readonly port: number }
  | { readonly kind: 'cpu'; readonly microseconds: number }
)

const HEAD_OCTETS = 10
const STATISTICS_NUMBERS = 15
const COMPRESSIONS = ['none', 'MH', 'MR', 'MMR'] as const

/** Reads one answer of the far end; the layout stands in `far-end/records.h`. Throws what it reports as an error. */
export function parseEvents(answer: Buffer): SpandspEvent[] {
  const events: SpandspEvent[] = []
  for (let start = 0; start < answer.length; ) {
    const length = answer.readUInt32LE(start + 6)
    const body = answer.subarray(start + HEAD_OCTETS, start + HEAD_OCTETS + length)
    const kind = String.fromCharCode(answer[start]!)
    events.push({ at: answer.readUInt32LE(start + 2), ...parseBody(kind, answer[start + 1]!, body) })
    start += HEAD_OCTETS + length
  }
  return events
}

type EventBody = SpandspEvent extends infer Each ? (Each extends unknown ? Omit<Each, 'at'> : never) : never

function parseBody(kind: string, detail: number, body: Buffer): EventBody {
  switch (kind) {
    case 'P':
      return { kind: 'ifp', ifp: Uint8Array.from(body), count: detail }
    case 'F':
      // The library stores frames with the first bit as the least significant.
      return { kind: 'frame', direction: detail === 1 ? 'received' : 'sent', octets: reverseBits(body) }
    case 'B':
      return { kind: 'phase-b', field: reverseBits(body)[0]! }
    case 'D':
      return { kind: 'phase-d', field: reverseBits(body)[0]!, statistics: parseStatistics(body.subarray(4)) }
    case 'E':
      return { kind: 'phase-e', completion: parseCompletion(body) }
    case 'S':
      return { kind: 'state', isActive: detail === 1 }
    case 'L':
      return { kind: 'port', port: body.readInt32LE(0) }
    case 'U':
      return { kind: 'cpu', microseconds: body.readInt32LE(0) }
    default:
      throw new Error(`far end: ${body.toString()}`)
  }
}

function parseCompletion(body: Buffer): SpandspCompletion {
  const strings = body.toString('latin1', 4 + STATISTICS_NUMBERS * 4).split('\0')
  const [text = '', remoteIdent = '', remoteSubAddress = '', remotePassword = '', nsf = ''] = strings
  return {
    code: body.readInt32LE(0),
    text,
    statistics: parseStatistics(body.subarray(4)),
    remoteIdent,
    remoteSubAddress,
    remotePassword,
    remoteNsf: reverseBits(Buffer.from(nsf, 'hex')),
  }
}

function parseStatistics(body: Buffer): SpandspStatistics {
  const at = (index: number) => body.readInt32LE(index * 4)
  return {
    bitRate: at(0),
    isEcm: at(1) !== 0,
    pagesSent: at(2),
    pagesReceived: at(3),
    pagesInFile: at(4),
    xResolution: at(5),
    yResolution: at(6),
    width: at(7),
    rows: at(8),
    imageOctets: at(9),
    compression: COMPRESSIONS[at(10)] ?? 'other',
    badRows: at(11),
    longestBadRowRun: at(12),
    ecmRetries: at(13),
    status: at(14),
  }
}
