import type { AnswererSetup, CallerSetup } from '../../../../conformance/t30/case.ts'
import { Answerer } from '../../src/t30/answerer/answerer.ts'
import { Caller } from '../../src/t30/caller/caller.ts'
import type { Capabilities } from '../../src/t30/capabilities.ts'
import { DEFAULT_COPY_QUALITY } from '../../src/t30/copy-quality.ts'
import { DEFAULT_TIMERS } from '../../src/t30/timers.ts'
import { samplePage } from './sample-pages.ts'

/** The usual receiver of the cases, ours or the far end's. */
export const CAPABILITIES: Capabilities = {
  canReceive: true,
  hasDocumentToPoll: false,
  modems: new Set(['V17', 'V29', 'V27TER']),
  resolutions: new Set(['standard', 'fine']),
  schemes: new Set(['MH', 'MR', 'MMR']),
  ecm: true,
  prefersShortFrames: false,
  width: 'A4',
  length: 'unlimited',
  scanLine: { standardMs: 0, isHalvedWhenFine: false },
  takesSubAddress: false,
  takesPassword: false,
}

export function buildCaller(setup: CallerSetup = {}): Caller {
  const { pages = ['small'], checksIdentity = false, subAddress, password, ...limits } = setup
  return new Caller({
    stationId: '+12025550100',
    pages: pages.map((kind, index) => samplePage(kind, index + 1)),
    limits: {
      modems: new Set(['V17', 'V29', 'V27TER']),
      bitRateMax: 14_400,
      schemes: new Set(['MH', 'MR', 'MMR']),
      ecm: true,
      ...limits,
    },
    checksIdentity,
    ...(subAddress !== undefined && { subAddress }),
    ...(password !== undefined && { password }),
    timers: DEFAULT_TIMERS,
  })
}

export function buildAnswerer(setup: AnswererSetup = {}): Answerer {
  const { cedMs = 0, ...capabilities } = setup
  return new Answerer({
    stationId: '+12025550101',
    capabilities: { ...CAPABILITIES, ...capabilities },
    cedMs,
    copyQuality: DEFAULT_COPY_QUALITY,
    timers: DEFAULT_TIMERS,
  })
}
