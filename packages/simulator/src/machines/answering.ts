import type { Capabilities } from '@answerback/protocol/t30/capabilities'
import { DEFAULT_TIMERS } from '@answerback/protocol/t30/timers'
import { CLEAN_PATH } from '../network.ts'
import { type AnsweringMachine, PLAIN_TERMINAL } from './machine.ts'
import {
  disconnectsInstead,
  dropsInPage,
  dropsInstead,
  freezesInPage,
  hangsUpAfter,
} from './mischief/hanging-up.ts'
import { hearsNoiseInPages, hearsNoiseInTraining, missesFrames } from './mischief/hearing.ts'
import type { MakeMischief } from './mischief/mischief.ts'
import { confirmingPage, saying } from './mischief/moment.ts'
import { changesId, saysJunk, saysNsf } from './mischief/odd-frames.ts'
import { fallsSilent, saysNothing, saysNothingAtFirst } from './mischief/silence.ts'

const MODERN: Capabilities = {
  canReceive: true,
  hasDocumentToPoll: false,
  modems: new Set(['V27TER', 'V29', 'V17']),
  resolutions: new Set(['standard', 'fine', 'superfine', 'dpi300', 'dpi400']),
  schemes: new Set(['MH', 'MR', 'MMR']),
  ecm: true,
  prefersShortFrames: false,
  width: 'A3',
  length: 'unlimited',
  scanLine: { standardMs: 0, isHalvedWhenFine: false },
  takesSubAddress: true,
  takesPassword: true,
}
const WITHOUT_ECM: Capabilities = { ...MODERN, ecm: false, schemes: new Set(['MH', 'MR']) }
const RING_MS = 4_000
/** Whose own timers do not end the call before ours do. */
const PATIENT = { ...DEFAULT_TIMERS, t1Ms: 600_000, t5Ms: 600_000 }
const ALWAYS = Number.POSITIVE_INFINITY

/** Answers after a ring, takes everything, confirms every page. */
export const GOOD_MACHINE: AnsweringMachine = {
  ...PLAIN_TERMINAL,
  name: 'good machine',
  setup: { kind: 'answers', ringMs: RING_MS, takesT38: true },
  stationId: 'SANDBOX',
  capabilities: MODERN,
  timers: DEFAULT_TIMERS,
  storeMs: 50,
  mischief: [],
}

function machine(name: string, traits: Partial<AnsweringMachine>): AnsweringMachine {
  return { ...GOOD_MACHINE, name, ...traits }
}

function refusing(name: string, status: number, reason: string, q850Cause: number, ringMs = 0) {
  return machine(name, { setup: { kind: 'refused', ringMs, status, reason, q850Cause } })
}

function troubled(name: string, ...mischief: readonly MakeMischief[]): AnsweringMachine {
  return machine(name, { mischief })
}

function lossy(lossRate: number): AnsweringMachine {
  const path = { ...CLEAN_PATH, lossRate, jitterMs: 10 }
  return machine(`good machine behind ${lossRate * 100} % packet loss`, { path })
}

// Calls that do not get as far as T.30. Status and Q.850 cause as gateways map them (RFC 3398 §8.2.6.1).
export const BUSY = refusing('busy', 486, 'Busy Here', 17)
export const NO_ANSWER = refusing('no answer', 480, 'Temporarily Unavailable', 19, 60_000)
export const UNASSIGNED = refusing('number not in service', 404, 'Not Found', 1)
export const NUMBER_CHANGED = refusing('number changed', 410, 'Gone', 22)
export const REJECTING = refusing('refuses the call', 603, 'Decline', 21, 2_000)
export const CONGESTED = refusing('congestion', 503, 'Service Unavailable', 42)
export const CARRIER_DOWN = machine('carrier down', { setup: { kind: 'unreachable' } })
export const NO_T38 = machine('carrier without T.38', {
  setup: { kind: 'answers', ringMs: RING_MS, takesT38: false },
})

// Answered, but not by a fax machine.
export const SILENT = machine('answers without fax tone', { timers: PATIENT, mischief: [saysNothing] })
export const HUMAN = machine('a person answers', {
  timers: PATIENT,
  mischief: [saysNothing, hangsUpAfter(9_000)],
})

// What machines of their time and make can do.
export const NO_ECM = machine('without ECM', { capabilities: WITHOUT_ECM })
export const STANDARD_ONLY = machine('standard resolution only', {
  capabilities: { ...MODERN, resolutions: new Set(['standard']), width: 'A4' },
})
export const SLOW_PRINTER = machine('needs 40 ms for a line', {
  capabilities: { ...WITHOUT_ECM, scanLine: { standardMs: 40, isHalvedWhenFine: false } },
})
export const OLD_MACHINE = machine('a machine of 1980', {
  capabilities: {
    ...MODERN,
    modems: new Set(['V27TER']),
    resolutions: new Set(['standard']),
    schemes: new Set(['MH']),
    ecm: false,
    width: 'A4',
    length: 'A4',
    scanLine: { standardMs: 20, isHalvedWhenFine: false },
    takesSubAddress: false,
    takesPassword: false,
  },
})
export const SHORT_FRAMES = machine('ECM frames of 64 octets', {
  capabilities: { ...MODERN, prefersShortFrames: true },
})
export const TINY_DATAGRAM = machine('datagrams of 72 octets', { datagramOctetsMax: 72 })
export const LATE = troubled('slow to come onto the line', saysNothingAtFirst(3))

// Training and pages.
export const trainingFails = (times = ALWAYS) =>
  troubled(`training fails ${often(times)}`, hearsNoiseInTraining(times))
export const refusesPages = (times = ALWAYS) =>
  machine(`refuses pages (RTN) ${often(times)}`, {
    capabilities: WITHOUT_ECM,
    mischief: [hearsNoiseInPages(times)],
  })
export const missesEcmFrames = (times = ALWAYS) =>
  troubled(`asks for frames again (PPR) ${often(times)}`, missesFrames(times))
/** RNR until the page is stored; `undefined`: for good. */
export const storesIn = (storeMs: number | undefined) =>
  machine(storeMs === undefined ? 'never ready (RNR)' : `not ready (RNR) for ${storeMs / 1_000} s a page`, {
    timers: PATIENT,
    storeMs,
  })

// Lines that drop, machines that leave.
export const dropsMidPage = (page: number) =>
  troubled(`line drops in the middle of page ${page}`, dropsInPage(page, 'mid_image'))
export const dropsAfterImage = (page: number) =>
  troubled(`line drops after the image of page ${page}`, dropsInPage(page, 'after_image'))
export const dropsBeforeAnswer = (page: number) =>
  troubled(`line drops before the MCF of page ${page}`, dropsInstead(confirmingPage(page)))
export const freezesMidPage = (page: number) =>
  troubled(`call hangs in the middle of page ${page}`, freezesInPage(page))
export const DISCONNECTS_BEFORE_PAGE = troubled(
  'disconnects (DCN) before any page',
  disconnectsInstead(saying('CFR')),
)
export const disconnectsInsteadOfMcf = (page: number) =>
  troubled(`disconnects (DCN) in place of the MCF of page ${page}`, disconnectsInstead(confirmingPage(page)))
export const silentAfterMcf = (page: number) =>
  troubled(`silence after the MCF of page ${page}`, fallsSilent('after', confirmingPage(page)))
export const silentInsteadOfMcf = (page: number) =>
  troubled(`silence in place of the MCF of page ${page}`, fallsSilent('instead', confirmingPage(page)))

// Who they say they are.
export const WRONG_ID = machine('another station identification', { stationId: '+1 202 555 0199' })
export const CHANGING_ID = troubled(
  'a station identification that changes',
  changesId(['+1 202 555 0131', 'ZEBRA', '']),
)
export const JUNK = troubled(
  'junk frames',
  saysJunk,
  saysNsf(Uint8Array.of(0xb5, 0x00, 0x5a, 0xeb, 0x2a, 0xff, 0x00)),
)
export const LOSS_5 = lossy(0.05)
export const LOSS_20 = lossy(0.2)

function often(times: number): string {
  if (times === ALWAYS) return 'every time'
  return times === 1 ? 'once' : `${times} times`
}
