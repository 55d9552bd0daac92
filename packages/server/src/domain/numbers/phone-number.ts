import type { E164 } from './number.ts'

/** Who provides a number: the sandbox sells simulated ones, `sip` are those of a trunk, `ifax` those of a provider. */
export const CARRIERS = ['sandbox', 'sip', 'ifax'] as const
export type CarrierName = (typeof CARRIERS)[number]

/** What an account says about a number of its own. */
export interface NumberSettings {
  readonly label: string | null
  readonly department: string | null
  /** Shown as the caller of faxes sent from this number; `null`: the number itself. */
  readonly callerId: E164 | null
  /** For the header line of faxes sent from it; `null`: the account's. */
  readonly headerText: string | null
}

export const PLAIN_NUMBER: NumberSettings = {
  label: null,
  department: null,
  callerId: null,
  headerText: null,
}
