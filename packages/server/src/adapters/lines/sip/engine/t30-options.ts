import type { FaxRole } from '@answerback/protocol/fax-call/role'
import { DEFAULT_COPY_QUALITY } from '@answerback/protocol/t30/copy-quality'
import type { LineResolution } from '@answerback/protocol/t30/geometry'
import type { LinePage } from '@answerback/protocol/t30/line-page'
import { DEFAULT_TIMERS } from '@answerback/protocol/t30/timers'
import type { CallSettings } from './engine-messages.ts'

/** CED in T.38, when the sound before it was too short (T.30 §4.2: 2.6 to 4.0 s). */
const CED_MS = 2_600

export function callerRole(settings: CallSettings, pages: readonly LinePage[]): FaxRole & { kind: 'caller' } {
  const { stationId, ecm, bitRateMax } = settings
  return {
    kind: 'caller',
    bitRateMax,
    options: {
      stationId,
      pages,
      limits: {
        modems: new Set(['V17', 'V29', 'V27TER']),
        bitRateMax,
        schemes: new Set(['MH', 'MR', 'MMR']),
        ecm,
      },
      checksIdentity: false,
      timers: DEFAULT_TIMERS,
    },
  }
}

/** What is offered to callers: all that can be stored and shown as it came. */
export function answererRole(
  { stationId, ecm, bitRateMax }: CallSettings,
  resolutions: readonly LineResolution[],
): FaxRole & { kind: 'answerer' } {
  return {
    kind: 'answerer',
    bitRateMax,
    options: {
      stationId,
      cedMs: CED_MS,
      copyQuality: DEFAULT_COPY_QUALITY,
      timers: DEFAULT_TIMERS,
      capabilities: {
        canReceive: true,
        hasDocumentToPoll: false,
        modems: new Set(['V17', 'V29', 'V27TER']),
        resolutions: new Set(resolutions),
        schemes: new Set(['MH', 'MR', 'MMR']),
        ecm,
        prefersShortFrames: false,
        width: 'A4',
        length: 'unlimited',
        scanLine: { standardMs: 0, isHalvedWhenFine: false },
        takesSubAddress: true,
        takesPassword: false,
      },
    },
  }
}
