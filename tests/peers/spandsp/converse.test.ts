import assert from 'node:assert/strict'
import { test } from 'node:test'
import { needsSpandsp } from './build.ts'
import { chartPage } from './chart-page.ts'
import { converse, converseByEvents } from './converse.ts'
import { type DatagramEndpoint, SpandspEndpoint, type WakingEndpoint } from './datagram-endpoint.ts'
import { pagesToTiff } from './page-tiff.ts'
import type { SpandspCall } from './peer.ts'
import { SpandspPeer } from './peer.ts'

const skip = needsSpandsp()
const tiff = pagesToTiff([chartPage({ rows: 600 })])

interface Line {
  readonly atMs: number
  readonly datagram: Uint8Array
}

/** Notes what an end says. */
class Recorder implements DatagramEndpoint {
  readonly lines: Line[] = []
  readonly #end: DatagramEndpoint

  constructor(end: DatagramEndpoint) {
    this.#end = end
  }

  get isActive(): boolean {
    return this.#end.isActive
  }

  receive(datagram: Uint8Array, nowMs: number): void {
    this.#end.receive(datagram, nowMs)
  }

  advance(nowMs: number): readonly Uint8Array[] {
    const sent = this.#end.advance(nowMs)
    for (const datagram of sent) this.lines.push({ atMs: nowMs, datagram })
    return sent
  }
}

/** Says what was noted, at the same times. */
class Reciter implements WakingEndpoint {
  readonly #lines: Line[]

  constructor(lines: readonly Line[]) {
    this.#lines = [...lines]
  }

  get isActive(): boolean {
    return this.#lines.length > 0
  }

  get wakeMs(): number {
    return this.#lines[0]?.atMs ?? Number.POSITIVE_INFINITY
  }

  receive(): void {}

  advance(nowMs: number): readonly Uint8Array[] {
    const due = this.#lines.filter((line) => line.atMs <= nowMs)
    this.#lines.splice(0, due.length)
    return due.map((line) => line.datagram)
  }
}

test('a call by events is the call by ticks, with fewer questions', { skip }, () => {
  using peer = new SpandspPeer()
  const byTicks = peer.call({ role: 'caller', tiff })
  const answerer = new Recorder(new SpandspEndpoint(peer.call({ role: 'answerer' })))
  const questionsByTicks = countQuestions(byTicks)
  converse(new SpandspEndpoint(byTicks), answerer)
  assert.equal(byTicks.completion?.text, 'OK')

  const byEvents = peer.call({ role: 'caller', tiff })
  const questionsByEvents = countQuestions(byEvents)
  converseByEvents(new Reciter(answerer.lines), new SpandspEndpoint(byEvents))
  assert.deepEqual(byEvents.events, byTicks.events)
  assert.ok(
    questionsByEvents() < questionsByTicks() / 1.5,
    `${questionsByEvents()} and ${questionsByTicks()} questions`,
  )
})

test('a call ends at its limit, whatever the two say', { skip }, () => {
  using peer = new SpandspPeer()
  const call = new SpandspEndpoint(peer.call({ role: 'answerer' }))
  const silent: WakingEndpoint = { isActive: true, wakeMs: 0, receive: () => undefined, advance: () => [] }
  assert.equal(converse(silent, call, { limitMs: 1000 }).elapsedMs, 1000)
  const other = new SpandspEndpoint(peer.call({ role: 'answerer' }))
  assert.equal(converseByEvents(silent, other, { limitMs: 1000 }).elapsedMs, 1000)
})

function countQuestions(call: SpandspCall): () => number {
  let count = 0
  for (const name of ['advance', 'advanceToPacket'] as const) {
    const original = call[name].bind(call)
    call[name] = (samples: number) => {
      count++
      return original(samples)
    }
  }
  return () => count
}
