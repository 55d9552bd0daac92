/** The timers of T.30 §5.4 (T1, T2, T4, T5) and our own bounds, all in milliseconds. */
export interface T30Timers {
  /** Both ends try to identify each other: 35 ± 5 s. The long end, for machines that answer late. */
  readonly t1Ms: number
  /** The receiver waits for a command or a page: 6 ± 1 s, with the network's share. */
  readonly t2Ms: number
  /** A command waits for its response: 3 s ± 15 %, with the network's share; measured against real gateways. */
  readonly t4Ms: number
  /** A receiver may stay not ready this long (A.5.4.1): 60 ± 5 s. */
  readonly t5Ms: number
  /** A control signal that began must bring a frame or end: four maximal frames at 300 bit/s with some room. */
  readonly signalMs: number
  /** A page or block being received brings something at least this often. */
  readonly imageSilenceMs: number
  /** The driver answers (record, commit, verdict) within this, or the call ends: the far end waits for T2 at most. */
  readonly driverMs: number
  /** A commit that takes longer is bridged by RNR with ECM; without, by silence until the command is repeated. */
  readonly commitPatienceMs: number
  /** After an EOM is confirmed the sender may go straight to DCS; after this, DIS invites it (§5.3.6.1.6). */
  readonly eomPauseMs: number
}

export const DEFAULT_TIMERS: T30Timers = {
  t1Ms: 40_000,
  t2Ms: 7_000,
  t4Ms: 4_200,
  t5Ms: 65_000,
  signalMs: 8_000,
  imageSilenceMs: 6_000,
  driverMs: 5_000,
  commitPatienceMs: 1_200,
  eomPauseMs: 1_000,
}

export type TimerName = 'T1' | 'T2' | 'T4' | 'T5' | 'signal' | 'driver' | 'patience' | 'pause'

/** T.30 §5.3.6: a command is sent three times before the call is given up. */
export const COMMAND_TRIES_MAX = 3
