import type { DatagramEndpoint, SpandspEndpoint, WakingEndpoint } from './datagram-endpoint.ts'
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

/** Runs a call between two ends until both are done, on a virtual clock in ticks of 20 ms. */
export function converse(
  caller: DatagramEndpoint,
  answerer: DatagramEndpoint,
  path: PathOptions = {},
): ConversationFigures {
  const network = new LossyNetwork(path)
  const limitMs = path.limitMs ?? LIMIT_MS
  let nowMs = 0
  while ((caller.isActive || answerer.isActive) && nowMs < limitMs) {
    nowMs += TICK_MS
    network.carry(caller.advance(nowMs), answerer, nowMs)
    network.carry(answerer.advance(nowMs), caller, nowMs)
  }
  return { elapsedMs: nowMs, datagrams: network.datagrams, octets: network.octets }
}

/**
 * The same call without the ticks in which nothing happens, so with far fewer questions to the far end's process, and
 * with `end` acting at its own times and not at ticks. Each may be the caller.
 */
export function converseByEvents(
  end: WakingEndpoint,
  spandsp: SpandspEndpoint,
  path: PathOptions = {},
): ConversationFigures {
  const network = new LossyNetwork(path)
  const limitMs = path.limitMs ?? LIMIT_MS
  network.carry(end.advance(0), spandsp, 0)
  while ((end.isActive || spandsp.isActive) && spandsp.nowMs < limitMs) {
    // At least one sample on, so that an end which is never done waking cannot stop the clock.
    const wakeMs = Math.max(end.wakeMs, spandsp.nowMs + 0.125)
    const sent = spandsp.advanceToDatagram(Math.min(wakeMs, spandsp.nowMs + LOOK_AHEAD_MS))
    network.carry(sent, end, spandsp.nowMs)
    network.carry(end.advance(spandsp.nowMs), spandsp, spandsp.nowMs)
  }
  return { elapsedMs: spandsp.nowMs, datagrams: network.datagrams, octets: network.octets }
}

/** A finished call must be noticed soon, where neither end will send anything any more. */
const LOOK_AHEAD_MS = 500

class LossyNetwork {
  datagrams = 0
  octets = 0
  readonly #lossShare: number
  readonly #chance: () => number

  constructor({ lossPercent = 0, seed = 1 }: PathOptions) {
    this.#lossShare = lossPercent / 100
    this.#chance = seededChance(seed)
  }

  carry(datagrams: readonly Uint8Array[], to: DatagramEndpoint, nowMs: number): void {
    for (const datagram of datagrams) {
      this.datagrams++
      this.octets += datagram.length
      if (this.#chance() >= this.#lossShare) to.receive(datagram, nowMs)
    }
  }
}
