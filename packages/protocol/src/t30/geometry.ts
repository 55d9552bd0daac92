/** Resolutions a DCS can name (T.30 table 2, bits 15, 41, 42, 43). The first three have 204 pels to the inch across. */
export type LineResolution = 'standard' | 'fine' | 'superfine' | 'dpi300' | 'dpi400'

/** Recording widths (T.30 table 2, bits 17 and 18): 215 mm (also Letter and Legal), 255 mm and 303 mm. */
export type RecordingWidth = 'A4' | 'B4' | 'A3'

export type RecordingLength = 'A4' | 'B4' | 'unlimited'

interface ResolutionFacts {
  /** Lines to the inch down the page. */
  readonly linesPerInch: number
  readonly pelsPerInch: number
}

export const RESOLUTIONS: Readonly<Record<LineResolution, ResolutionFacts>> = {
  standard: { linesPerInch: 97.79, pelsPerInch: 203.2 },
  fine: { linesPerInch: 195.58, pelsPerInch: 203.2 },
  superfine: { linesPerInch: 391.16, pelsPerInch: 203.2 },
  dpi300: { linesPerInch: 300, pelsPerInch: 300 },
  dpi400: { linesPerInch: 400, pelsPerInch: 400 },
}

/** Pels in a line (T.4 §2.2 and table 2 of T.30). */
const WIDTH_PELS: Readonly<Record<RecordingWidth, Readonly<Record<203 | 300 | 400, number>>>> = {
  A4: { 203: 1728, 300: 2592, 400: 3456 },
  B4: { 203: 2048, 300: 3072, 400: 4096 },
  A3: { 203: 2432, 300: 3648, 400: 4864 },
}

/** Pels in a line of that width at that resolution. */
export function widthPels(width: RecordingWidth, resolution: LineResolution): number {
  return WIDTH_PELS[width][horizontalKey(resolution)]
}

/** The narrowest width that holds a line; the widest there is for a line that none holds. */
export function narrowestWidth(pels: number, resolution: LineResolution): RecordingWidth {
  const names = Object.keys(WIDTH_PELS) as RecordingWidth[]
  return names.find((name) => widthPels(name, resolution) >= pels) ?? 'A3'
}

function horizontalKey(resolution: LineResolution): 203 | 300 | 400 {
  if (resolution === 'dpi300') return 300
  return resolution === 'dpi400' ? 400 : 203
}
