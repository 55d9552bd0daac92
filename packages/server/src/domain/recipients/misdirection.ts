import type { Mode } from '../fax/fax.ts'

/** What keeps a fax from the wrong number, of one mode. Every field is set. */
export interface MisdirectionPolicy {
  /** A fax to a number that nobody confirmed: a person looks first, or it goes. */
  readonly firstSend: 'hold' | 'allow'
  /** A number unknown here that is a slip away from a confirmed one. */
  readonly nearMiss: 'block' | 'hold' | 'allow'
  /**
   * A far end that names itself otherwise than before: the call ends before any image (`stop`), it goes on and the next fax waits
   * (`suspend`), or it is noted and no more (`allow`).
   */
  readonly identityGate: 'stop' | 'suspend' | 'allow'
  /** Who releases or confirms is somebody else than who sent or entered. */
  readonly fourEyes: boolean
  /** How long a confirmation, or the last delivery, counts. */
  readonly expiryMonths: number
}

/** What an account sets, by mode, so that an experiment with a test key never opens the live one. */
export interface MisdirectionSettings {
  readonly test?: Partial<MisdirectionPolicy>
  readonly live?: Partial<MisdirectionPolicy>
}

const DEFAULTS: Readonly<Record<Mode, MisdirectionPolicy>> = {
  live: { firstSend: 'hold', nearMiss: 'block', identityGate: 'stop', fourEyes: false, expiryMonths: 12 },
  // Nothing leaves the sandbox, and a first fax has to arrive by itself.
  test: { firstSend: 'allow', nearMiss: 'allow', identityGate: 'allow', fourEyes: false, expiryMonths: 12 },
}

export function misdirectionPolicy(
  settings: MisdirectionSettings | undefined,
  mode: Mode,
): MisdirectionPolicy {
  return { ...DEFAULTS[mode], ...settings?.[mode] }
}

/** Whether a number is looked up when a fax is handed in. A suspended one is stopped at the latest before it is called. */
export function screensNumbers(policy: MisdirectionPolicy): boolean {
  return policy.firstSend !== 'allow' || policy.nearMiss !== 'allow'
}

/** Why a fax waits for a person. */
export const HOLD_REASONS = [
  'first_send',
  'near_miss',
  'not_confirmed',
  'expired',
  'suspended',
  // It came out of a backup: the old server may have sent it since.
  'restored',
] as const

export type HoldReason = (typeof HOLD_REASONS)[number]
