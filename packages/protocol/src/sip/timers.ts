/** RFC 3261 §17 and table 4. */
export interface SipTimers {
  /** Round-trip estimate. */
  readonly t1Ms: number
  /** Longest interval between two retransmissions. */
  readonly t2Ms: number
  /** Longest a message lives in the network. */
  readonly t4Ms: number
}

export const SIP_TIMERS: SipTimers = { t1Ms: 500, t2Ms: 4_000, t4Ms: 5_000 }
