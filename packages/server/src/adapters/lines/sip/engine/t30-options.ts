import type { FaxRole } from '@answerback/protocol/fax-call/role'
import type { LineResolution } from '@answerback/protocol/t30/geometry'
import type { LinePage } from '@answerback/protocol/t30/line-page'
import { DEFAULT_TIMERS } from '@answerback/protocol/t30/timers'
import { answererOptions } from '../../answerer-options.ts'
import type { CallSettings } from './engine-messages.ts'

export function callerRole(
  settings: CallSettings,
  pages: readonly LinePage[],
  checksIdentity: boolean,
): FaxRole & { kind: 'caller' } {
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
      checksIdentity,
      timers: DEFAULT_TIMERS,
    },
  }
}

export function answererRole(
  settings: CallSettings,
  resolutions: readonly LineResolution[],
): FaxRole & { kind: 'answerer' } {
  return {
    kind: 'answerer',
    bitRateMax: settings.bitRateMax,
    options: answererOptions(settings, resolutions),
  }
}
