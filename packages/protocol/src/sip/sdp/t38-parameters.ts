/** The T.38 attributes of a media line (T.38 Annex D §D.2.3), as one end states them. */
export interface T38Parameters {
  /** 0–3. */
  readonly version: number
  readonly maxBitRateBps: number
  readonly rateManagement: 'transferredTCF' | 'localTCF'
  /** Octets the end can hold before it plays them; undefined when not said. */
  readonly maxBufferBytes: number | undefined
  /**
   * The largest UDPTL datagram the end can take, as stated: peers state absurd values, and some mean the IFP packet, so
   * the sender applies its own floor. Undefined when not said.
   */
  readonly maxDatagramBytes: number | undefined
  /** The largest IFP packet (version 3), or undefined. */
  readonly maxIfpBytes: number | undefined
  readonly errorCorrection: 'redundancy' | 'fec' | 'none'
  /** The three gateway functions. A terminal never claims them, and they have nothing to do with DIS. */
  readonly fillBitRemoval: boolean
  readonly transcodingMmr: boolean
  readonly transcodingJbig: boolean
}

/**
 * What a media line without attributes says. T.38 leaves the error correction open; redundancy is safe to take for
 * granted, as every UDPTL datagram states itself how it is protected.
 */
export const T38_DEFAULTS: T38Parameters = {
  version: 0,
  maxBitRateBps: 14_400,
  rateManagement: 'transferredTCF',
  maxBufferBytes: undefined,
  maxDatagramBytes: undefined,
  maxIfpBytes: undefined,
  errorCorrection: 'redundancy',
  fillBitRemoval: false,
  transcodingMmr: false,
  transcodingJbig: false,
}

type Attribute = readonly [name: string, value: string | undefined]

const OCTETS_MAX = 65_535

/**
 * Reads the attributes of a media line: names in any case, missing and unreadable ones at their defaults, booleans as bare
 * flags or with `:0`/`:1` (Mediatrix and others write the number).
 */
export function readT38Parameters(attributes: readonly Attribute[]): T38Parameters {
  const corrections = new Set<string>()
  const seen = new Map<string, string | undefined>()
  for (const [name, value] of attributes) {
    const key = name.toLowerCase()
    if (key === 't38faxudpec') corrections.add((value ?? '').trim().toLowerCase())
    if (!seen.has(key)) seen.set(key, value)
  }
  const octets = (key: string) => number(seen.get(key), 1, OCTETS_MAX)
  return {
    version: number(seen.get('t38faxversion'), 0, 3) ?? T38_DEFAULTS.version,
    maxBitRateBps:
      number(seen.get('t38maxbitrate') ?? seen.get('t38faxmaxbitrate'), 2_400, 33_600) ??
      T38_DEFAULTS.maxBitRateBps,
    rateManagement: /^\s*local/i.test(seen.get('t38faxratemanagement') ?? '') ? 'localTCF' : 'transferredTCF',
    maxBufferBytes: octets('t38faxmaxbuffer'),
    maxDatagramBytes: octets('t38faxmaxdatagram'),
    maxIfpBytes: octets('t38faxmaxifp'),
    errorCorrection: correction(corrections),
    fillBitRemoval: flag(seen, 't38faxfillbitremoval'),
    transcodingMmr: flag(seen, 't38faxtranscodingmmr'),
    transcodingJbig: flag(seen, 't38faxtranscodingjbig'),
  }
}

/** The attribute lines of our side, without `a=`. */
export function writeT38Parameters(parameters: T38Parameters): string[] {
  const lines = [
    `T38FaxVersion:${parameters.version}`,
    `T38MaxBitRate:${parameters.maxBitRateBps}`,
    `T38FaxRateManagement:${parameters.rateManagement}`,
  ]
  if (parameters.fillBitRemoval) lines.push('T38FaxFillBitRemoval')
  if (parameters.transcodingMmr) lines.push('T38FaxTranscodingMMR')
  if (parameters.transcodingJbig) lines.push('T38FaxTranscodingJBIG')
  if (parameters.maxBufferBytes !== undefined) lines.push(`T38FaxMaxBuffer:${parameters.maxBufferBytes}`)
  if (parameters.maxDatagramBytes !== undefined)
    lines.push(`T38FaxMaxDatagram:${parameters.maxDatagramBytes}`)
  if (parameters.maxIfpBytes !== undefined) lines.push(`T38FaxMaxIFP:${parameters.maxIfpBytes}`)
  lines.push(`T38FaxUdpEC:${CORRECTION_NAMES[parameters.errorCorrection]}`)
  return lines
}

const CORRECTION_NAMES = { redundancy: 't38UDPRedundancy', fec: 't38UDPFEC', none: 't38UDPNoEC' } as const

/**
 * Our answer to an offer: the lower version and rate, the offered protection if we have it and redundancy instead of FEC if
 * not, no gateway functions, TCF transferred (the only kind UDP allows), and our own buffer sizes.
 */
export function answerT38(offered: T38Parameters, ours: T38Parameters): T38Parameters {
  return {
    ...ours,
    version: Math.min(offered.version, ours.version),
    maxBitRateBps: Math.min(offered.maxBitRateBps, ours.maxBitRateBps),
    rateManagement: 'transferredTCF',
    errorCorrection:
      offered.errorCorrection === 'fec' && ours.errorCorrection !== 'fec'
        ? 'redundancy'
        : offered.errorCorrection,
    fillBitRemoval: false,
    transcodingMmr: false,
    transcodingJbig: false,
  }
}

/** What we send under, from what both ends said: the lower version and rate, and the peer's own sizes. */
export function agreedT38(ours: T38Parameters, peers: T38Parameters): T38Parameters {
  return {
    ...peers,
    version: Math.min(ours.version, peers.version),
    maxBitRateBps: Math.min(ours.maxBitRateBps, peers.maxBitRateBps),
    rateManagement: 'transferredTCF',
    errorCorrection:
      ours.errorCorrection === 'redundancy' && peers.errorCorrection === 'fec'
        ? 'redundancy'
        : peers.errorCorrection,
  }
}

/** A number held inside its bounds; undefined when there is none, or a size of nothing. */
function number(text: string | undefined, min: number, max: number): number | undefined {
  const digits = /^\s{0,9}(\d{1,20})/.exec(text ?? '')?.[1]
  if (digits === undefined) return undefined
  const value = Number(digits)
  if (value === 0 && min > 0) return undefined
  return Math.min(Math.max(value, min), max)
}

function correction(named: ReadonlySet<string>): T38Parameters['errorCorrection'] {
  if (named.has('t38udpredundancy')) return 'redundancy'
  if (named.has('t38udpfec')) return 'fec'
  return named.has('t38udpnoec') ? 'none' : T38_DEFAULTS.errorCorrection
}

function flag(seen: ReadonlyMap<string, string | undefined>, key: string): boolean {
  if (!seen.has(key)) return false
  const value = (seen.get(key) ?? '').trim().toLowerCase()
  return value === '' || value === '1' || value === 'true' || value === 'yes'
}
