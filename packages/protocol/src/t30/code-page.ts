import { transcode } from '../t4/transcode.ts'
import { RESOLUTIONS, widthPels } from './geometry.ts'
import type { LinePage } from './line-page.ts'
import { MODULATIONS } from './modulation.ts'
import { type PageFit, scalePage } from './scale-page.ts'
import type { Settings } from './settings.ts'

/** Pages at most this long are promised to a receiver of limited length (T.30 table 2, bits 19 and 20). */
const LENGTH_MM = { A4: 297, B4: 364, unlimited: Number.POSITIVE_INFINITY } as const
const MM_PER_INCH = 25.4
/** T.4 §4.2.1.2: K = 2 at standard resolution, 4 at twice that; the same step again above. */
const MR_K = { standard: 2, fine: 4, superfine: 8, dpi300: 4, dpi400: 8 } as const

/**
 * The page's octets for the settings agreed on: recoded where the scheme is not T.6, scaled where the receiver prints
 * less, filled where it needs time for a line (T.4 §4.1.3). Bits leave most significant first.
 */
export function codePage(page: LinePage, settings: Settings): Uint8Array {
  const fit = fitFor(page, settings)
  const t6 = fit ? scalePage(page, fit) : page.t6
  if (settings.scheme === 'MMR') return t6
  const width = fit?.width ?? page.width
  const rowsMax = fit?.rows ?? page.rows
  const { bitRate } = MODULATIONS[settings.modulation]
  const rowBitsMin = settings.ecm ? 0 : Math.ceil((bitRate * settings.scanLineTimeMs) / 1000)
  const coding =
    settings.scheme === 'MH'
      ? ({ scheme: 'MH', rowBitsMin } as const)
      : ({ scheme: 'MR', k: MR_K[settings.resolution], rowBitsMin } as const)
  return transcode(t6, 'MMR', coding, { width, rowsMax })
}

/** How the page must change to be printed as the settings say; `undefined` when it need not. */
function fitFor(page: LinePage, settings: Settings): PageFit | undefined {
  const width = widthPels(settings.width, settings.resolution)
  const own = RESOLUTIONS[page.resolution]
  const agreed = RESOLUTIONS[settings.resolution]
  const naturalRows = (page.rows * agreed.linesPerInch) / own.linesPerInch
  const naturalWidth = (page.width * agreed.pelsPerInch) / own.pelsPerInch
  const rowsMax = (LENGTH_MM[settings.length] / MM_PER_INCH) * agreed.linesPerInch
  const scale = Math.min(1, width / naturalWidth, rowsMax / naturalRows)
  const rows = Math.max(1, Math.round(naturalRows * scale))
  const isAsItIs = width === page.width && rows === page.rows
  return isAsItIs ? undefined : { width, rows, scaleX: (naturalWidth * scale) / page.width }
}
