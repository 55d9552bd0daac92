import type { SipAddress } from '../address.ts'
import type { Alarms } from '../alarms.ts'
import type { SipTimers } from '../timers.ts'

/** What a transaction needs from the user agent around it. */
export interface TransactionHost {
  readonly nowMs: number
  readonly timers: SipTimers
  readonly alarms: Alarms
  send(to: SipAddress, bytes: Uint8Array): void
}

/** Why a client transaction ended without a final response (RFC 3261 §8.1.3.1). */
export type TransactionFailure = 'timeout' | 'transport'
