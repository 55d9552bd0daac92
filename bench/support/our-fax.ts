import type { Bitmap } from '@answerback/protocol/t4/bitmap'
import { decodeT6 } from '@answerback/protocol/t4/t6'
import { linePages, type OurEndpoint, ourAnswerer, ourCaller } from '../../tests/peers/our-endpoint.ts'
import type { FaxFigures } from './spandsp-fax.ts'
import { median } from './statistics.ts'

const WARM_UP_CALLS = 10
const ROUNDS = 7
const CALLS = 5
const LIMIT_MS = 3_600_000

/** Our engine to our engine, in one process: ECM, V.17 at 14,400 bit/s, T.6, over a perfect network, each at its own times. */
export function measureOurFax(pages: readonly Bitmap[]): FaxFigures {
  const coded = linePages(pages)
  for (let i = 0; i < WARM_UP_CALLS; i++) sendFax(coded, pages)
  const cpuMs: number[] = []
  let callSeconds = 0
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.cpuUsage()
    for (let i = 0; i < CALLS; i++) callSeconds = sendFax(coded)
    const used = process.cpuUsage(before)
    cpuMs.push((used.user + used.system) / 1_000 / (CALLS * pages.length))
  }
  return { callSeconds, cpuMsPerPage: median(cpuMs) }
}

/** @param expected compared pixel for pixel when given, which is not part of what is measured */
function sendFax(pages: ReturnType<typeof linePages>, expected?: readonly Bitmap[]): number {
  const caller = ourCaller(pages)
  const answerer = ourAnswerer()
  const endMs = converse(caller, answerer)
  if (caller.end?.result !== 'ok' || answerer.pages.length !== pages.length)
    throw new Error('pages did not arrive')
  for (const [index, { t6, width, rows }] of answerer.pages.entries()) {
    if (!expected) break
    const words = decodeT6(t6, { width, rowsMax: rows }).words
    if (Buffer.compare(Buffer.from(words), Buffer.from(expected[index]!.words)))
      throw new Error('pixels differ')
  }
  return endMs / 1_000
}

function converse(caller: OurEndpoint, answerer: OurEndpoint): number {
  let nowMs = 0
  let endMs = 0
  while (nowMs < LIMIT_MS && (caller.isActive || answerer.isActive)) {
    for (const datagram of caller.advance(nowMs)) answerer.receive(datagram, nowMs)
    for (const datagram of answerer.advance(nowMs)) caller.receive(datagram, nowMs)
    if (caller.end && answerer.end && endMs === 0) endMs = nowMs
    nowMs = Math.max(nowMs, Math.min(caller.wakeMs, answerer.wakeMs))
  }
  return endMs
}
