import type { CodedPage } from '@answerback/imaging/page'
import type { CallEnd } from '../domain/fax/disposition.ts'
import type { AnswererSettings, ReceivedPage } from './inbound-calls.ts'

/** What the sandbox can be called by. The last three do not get everything across. */
export const CALLING_MACHINES = [
  'good_machine',
  'without_ecm',
  'machine_of_1980',
  'loses_5_percent',
  'loses_20_percent',
  'drops_mid_page',
  'wants_to_poll',
] as const

export type CallingMachineName = (typeof CALLING_MACHINES)[number]

/** A call to be made to ourselves over the simulated network. */
export interface CallIn {
  readonly machine: CallingMachineName
  /** For `drops_mid_page`: 1-based. */
  readonly dropsOnPage: number
  /** TSI it says: at most 20 characters of digits, `+` and space. */
  readonly stationId: string
  readonly pages: readonly CodedPage[]
  readonly answerer: AnswererSettings
  /** The same text makes the same call. */
  readonly seed: string
}

/** Simulated fax machines that call in, in real T.30; the test mode's other direction. */
export interface CallingMachines {
  /** No MCF before `keep` has resolved; when it rejects the page is not confirmed. Never rejects for what the machines do. */
  callIn(call: CallIn, keep: (page: ReceivedPage) => Promise<void>): Promise<CallEnd>
}
