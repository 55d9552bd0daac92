import type { DatagramEndpoint } from './datagram-endpoint.ts'
import { seededChance } from './seeded-chance.ts'

export interface PathOptions {
  /** Share of datagrams that do not arrive, in both directions. Default 0. */
  readonly lossPercent?: number
  /** Decides which ones. Default 1. */
  readonly seed?: number
  /** The call is over then, whatever the two say. Default 30 minutes. */
  readonly limitMs?: number
}

export interface ConversationFigures {
  readonly elapsedMs: number
  /** Of both, lost ones counted. */
  readonly datagrams: number
  readonly octets: number
}

/** The library misses the training check when it is asked less often. */
const TICK_MS = 20
const LIMIT_MS = 30 * 60 * 1000

/** Runs a call between two ends until both are done, on a virtual clock. */
export function converse(
  caller: DatagramEndpoint,
  answerer: DatagramEndpoint,
  { lossPercent = 0, seed = 1, limitMs = LIMIT_MS }: PathOptions = {},
): ConversationFigures {
  const chance = seededChance(seed)
  let datagrams = 0
  let octets = 0
  let nowMs = 0
  const carry = (from: DatagramEndpoint, to: DatagramEndpoint) => {
    for (const datagram of from.advance(nowMs)) {
      datagrams++
      octets += datagram.length
      if (chance() * 100 >= lossPercent) to.receive(datagram, nowMs)
    }
  }
  while ((caller.isActive || answerer.isActive) && nowMs < limitMs) {
    nowMs += TICK_MS
    carry(caller, answerer)
    carry(answerer, caller)
  }
  return { elapsedMs: nowMs, datagrams, octets }
}
