import type { CodingScheme } from '../t4/transcode.ts'
import type { Capabilities } from './capabilities.ts'
import { type LineResolution, narrowestWidth, type RecordingWidth } from './geometry.ts'
import type { LinePage } from './line-page.ts'
import { fastestModulation, type Modem, type Modulation } from './modulation.ts'
import { scanLineTime } from './scan-line-time.ts'
import type { Settings } from './settings.ts'

/** What the calling terminal may use, beside what the other end can take. */
export interface SenderLimits {
  readonly modems: ReadonlySet<Modem>
  readonly bitRateMax: number
  readonly schemes: ReadonlySet<CodingScheme>
  readonly ecm: boolean
}

/** Where a receiver lacks a page's resolution, the next lower it has stands in. */
const LOWER: Readonly<Record<LineResolution, LineResolution | undefined>> = {
  dpi400: 'superfine',
  superfine: 'fine',
  dpi300: 'fine',
  fine: 'standard',
  standard: undefined,
}
const WIDTH_ORDER: readonly RecordingWidth[] = ['A4', 'B4', 'A3']

/** The best both ends have for this page; `undefined` when they share no modem. */
export function negotiate(
  page: LinePage,
  receiver: Capabilities,
  limits: SenderLimits,
): Settings | undefined {
  const modulation = fastestCommon(receiver, limits)
  if (!modulation) return undefined
  const ecm = limits.ecm && receiver.ecm
  const resolution = resolutionFor(page, receiver)
  return {
    modulation,
    resolution,
    scheme: schemeFor(receiver, limits, ecm),
    ecm,
    frameOctets: receiver.prefersShortFrames ? 64 : 256,
    width: widthFor(page, receiver),
    length: receiver.length,
    scanLineTimeMs: ecm ? 0 : scanLineTime(receiver.scanLine, resolution),
  }
}

/** The fastest modulation that both ends have, within both ends' limits; `undefined` when there is none. */
export function fastestCommon(receiver: Capabilities, limits: SenderLimits): Modulation | undefined {
  const bitRateMax = Math.min(limits.bitRateMax, receiver.bitRateMax ?? limits.bitRateMax)
  return fastestModulation(commonModems(receiver, limits), bitRateMax)
}

/** Modems that both ends have. */
export function commonModems(receiver: Capabilities, limits: SenderLimits): ReadonlySet<Modem> {
  return new Set([...receiver.modems].filter((modem) => limits.modems.has(modem)))
}

function resolutionFor(page: LinePage, receiver: Capabilities): LineResolution {
  let resolution: LineResolution = page.resolution
  while (!receiver.resolutions.has(resolution)) resolution = LOWER[resolution] ?? 'standard'
  return resolution
}

function schemeFor(receiver: Capabilities, limits: SenderLimits, ecm: boolean): CodingScheme {
  const both = (scheme: CodingScheme) => receiver.schemes.has(scheme) && limits.schemes.has(scheme)
  if (ecm && both('MMR')) return 'MMR'
  return both('MR') ? 'MR' : 'MH'
}

/** The page's own width where the receiver prints it, else the widest it prints. */
function widthFor(page: LinePage, receiver: Capabilities): RecordingWidth {
  const wanted = narrowestWidth(page.width, page.resolution)
  return WIDTH_ORDER.indexOf(wanted) <= WIDTH_ORDER.indexOf(receiver.width) ? wanted : receiver.width
}
