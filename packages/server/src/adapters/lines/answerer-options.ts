import type { AnswererOptions } from '@answerback/protocol/t30/answerer/answerer-state'
import { DEFAULT_COPY_QUALITY } from '@answerback/protocol/t30/copy-quality'
import type { LineResolution } from '@answerback/protocol/t30/geometry'
import { DEFAULT_TIMERS } from '@answerback/protocol/t30/timers'

/** CED in T.38, when the sound before it was too short (T.30 §4.2: 2.6 to 4.0 s). */
const CED_MS = 2_600

/** What is offered to callers: all that can be stored and shown as it came. */
export function answererOptions(
  settings: { readonly stationId: string; readonly ecm: boolean },
  resolutions: readonly LineResolution[],
): AnswererOptions {
  return {
    stationId: settings.stationId,
    cedMs: CED_MS,
    copyQuality: DEFAULT_COPY_QUALITY,
    timers: DEFAULT_TIMERS,
    capabilities: {
      canReceive: true,
      hasDocumentToPoll: false,
      modems: new Set(['V17', 'V29', 'V27TER']),
      resolutions: new Set(resolutions),
      schemes: new Set(['MH', 'MR', 'MMR']),
      ecm: settings.ecm,
      prefersShortFrames: false,
      width: 'A4',
      length: 'unlimited',
      scanLine: { standardMs: 0, isHalvedWhenFine: false },
      takesSubAddress: true,
      takesPassword: false,
    },
  }
}
