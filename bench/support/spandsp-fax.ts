import { SAMPLES_PER_SECOND } from '../../tests/peers/spandsp/events.ts'
import type { SpandspCall, SpandspPeer } from '../../tests/peers/spandsp/peer.ts'
import { median } from './statistics.ts'

/** What a fax costs, whoever sends and receives it. */
export interface FaxFigures {
  /** From the answer of the call to the end of both sides, on a virtual clock. */
  readonly callSeconds: number
  /** CPU of both ends, with coding and decoding of the pages and with nothing else. */
  readonly cpuMsPerPage: number
}

const WARM_UP_CALLS = 3
const ROUNDS = 7
/** A round, so that the clock's own grain does not count. */
const CALLS = 5
const LIMIT_SECONDS = 3600

/** libspandsp to libspandsp, in one process: ECM, V.17 at 14,400 bit/s, T.6, over a perfect network. */
export function measureSpandspFax(peer: SpandspPeer, tiff: Uint8Array, pageCount: number): FaxFigures {
  for (let i = 0; i < WARM_UP_CALLS; i++) sendFax(peer, tiff, pageCount)
  const cpuMs: number[] = []
  let callSeconds = 0
  for (let round = 0; round < ROUNDS; round++) {
    const startedMs = peer.cpuMs()
    for (let i = 0; i < CALLS; i++) callSeconds = sendFax(peer, tiff, pageCount)
    cpuMs.push((peer.cpuMs() - startedMs) / (CALLS * pageCount))
  }
  return { callSeconds, cpuMsPerPage: median(cpuMs) }
}

function sendFax(peer: SpandspPeer, tiff: Uint8Array, pageCount: number): number {
  const caller = peer.call({ role: 'caller', tiff, ident: '+1 202 555 0102' })
  const answerer = peer.call({ role: 'answerer', ident: '+1 202 555 0101' })
  caller.talkTo(answerer, LIMIT_SECONDS * SAMPLES_PER_SECOND)
  const confirmed = answerer.completion?.code === 0 && answerer.completion.statistics.pagesReceived
  const seconds = Math.max(endSeconds(caller), endSeconds(answerer))
  caller.close()
  answerer.close()
  if (confirmed !== pageCount) throw new Error(`${confirmed} of ${pageCount} pages arrived`)
  return seconds
}

function endSeconds(call: SpandspCall): number {
  return (call.events.find((event) => event.kind === 'phase-e')?.at ?? Number.NaN) / SAMPLES_PER_SECOND
}
