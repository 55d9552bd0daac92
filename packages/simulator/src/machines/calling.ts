import type { SenderLimits } from '@answerback/protocol/t30/negotiate'
import { DEFAULT_TIMERS } from '@answerback/protocol/t30/timers'
import { GOOD_MACHINE } from './answering.ts'
import { type CallingMachine, PLAIN_TERMINAL } from './machine.ts'
import { dropsSendingPage } from './mischief/hanging-up.ts'
import { polls } from './mischief/odd-frames.ts'

const MODERN: SenderLimits = {
  modems: new Set(['V27TER', 'V29', 'V17']),
  bitRateMax: 14_400,
  schemes: new Set(['MH', 'MR', 'MMR']),
  ecm: true,
}

/** Sends every page it has, and repeats what is asked for again. */
export const GOOD_CALLER: CallingMachine = {
  ...PLAIN_TERMINAL,
  name: 'good caller',
  stationId: 'SANDBOX',
  limits: MODERN,
  timers: DEFAULT_TIMERS,
  mischief: [],
}

function caller(name: string, traits: Partial<CallingMachine>): CallingMachine {
  return { ...GOOD_CALLER, name, ...traits }
}

export const CALLER_WITHOUT_ECM = caller('caller without ECM', { limits: { ...MODERN, ecm: false } })
export const OLD_CALLER = caller('a caller of 1980', {
  limits: { modems: new Set(['V27TER']), bitRateMax: 4_800, schemes: new Set(['MH']), ecm: false },
})
export const POLLING_CALLER = caller('caller that wants to fetch a document', {
  mischief: [polls(GOOD_MACHINE.capabilities)],
})
export const dropsWhileSending = (page: number) =>
  caller(`caller whose line drops in the middle of page ${page}`, { mischief: [dropsSendingPage(page)] })
