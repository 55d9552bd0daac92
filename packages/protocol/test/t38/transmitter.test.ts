import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Transmission } from '../../src/t30/machine.ts'
import { Transmitter, type TransmitterEvent } from '../../src/t38/transmitter.ts'
import { unhex } from './hex.ts'

const MCF: Transmission = { kind: 'control', frames: [unhex('ff c8 31')] }
/** A second of preamble and 50 bits, rounded. */
const MCF_MS = 1_167
const TCF: Transmission = { kind: 'training_check', modulation: 'V17_14400' }
const PAGE: Transmission = {
  kind: 'image',
  modulation: 'V17_14400',
  training: 'short',
  octets: new Uint8Array(18_000),
}

/** Runs a transmitter by its own wakes and notes when it did what. */
class Clock {
  readonly transmitter = new Transmitter(200)
  readonly events: { atMs: number; what: string }[] = []

  transmit(signals: readonly Transmission[], nowMs: number): void {
    this.#note(this.transmitter.transmit(signals, nowMs), nowMs)
  }

  runTo(untilMs: number): void {
    for (let wakeMs = this.transmitter.wakeMs; wakeMs <= untilMs; wakeMs = this.transmitter.wakeMs) {
      this.#note(this.transmitter.advance(wakeMs), wakeMs)
    }
  }

  when(what: string): number[] {
    return this.events.filter((event) => event.what === what).map(({ atMs }) => Math.round(atMs))
  }

  #note(events: Iterable<TransmitterEvent>, atMs: number): void {
    for (const event of events) this.events.push({ atMs, what: told(event) })
  }
}

function told(event: TransmitterEvent): string {
  switch (event.kind) {
    case 'packet':
      return event.ifp.kind === 'indicator' ? event.ifp.indicator : event.ifp.fields[0]!.type
    case 'signal':
      return `signal ${event.transmission.kind}`
    default:
      return event.kind
  }
}

describe('A transmitter', () => {
  it('says that all has left when the last signal ends, not when its end has been repeated', () => {
    const clock = new Clock()
    clock.transmit([MCF], 0)
    clock.runTo(10_000)
    assert.deepEqual(clock.when('sent'), [MCF_MS])
    assert.ok(clock.when('no_signal').length >= 3 && clock.when('no_signal').every((atMs) => atMs >= MCF_MS))
    assert.ok(clock.transmitter.isIdle)
    assert.equal(clock.transmitter.wakeMs, Number.POSITIVE_INFINITY)
  })

  it('leaves 75 ms of silence between two signals, and says once that both have left', () => {
    const clock = new Clock()
    clock.transmit([MCF, TCF], 0)
    clock.runTo(10_000)
    assert.deepEqual(clock.when('signal control'), [0])
    assert.deepEqual(clock.when('signal training_check'), [MCF_MS + 75])
    assert.deepEqual(clock.when('sent'), [MCF_MS + 75 + 1_393 + 1_500])
  })

  it('does not speak while the far end does, and begins 75 ms after it', () => {
    const clock = new Clock()
    clock.transmitter.farEndStarted()
    clock.transmit([MCF], 1_000)
    clock.runTo(3_000)
    assert.deepEqual(clock.events, [])
    clock.transmitter.farEndEnded(3_000)
    clock.runTo(10_000)
    assert.deepEqual(clock.when('signal control'), [3_075])
  })

  it('speaks over a far end whose signal does not end within five seconds', () => {
    const clock = new Clock()
    clock.transmitter.farEndStarted()
    clock.transmit([MCF], 1_000)
    clock.runTo(5_999)
    assert.deepEqual(clock.events, [])
    clock.runTo(10_000)
    assert.deepEqual(clock.when('signal control'), [6_000])
    assert.deepEqual(clock.when('sent'), [6_000 + MCF_MS])
  })

  it('goes on with a signal that has begun, though the far end begins to speak', () => {
    const clock = new Clock()
    clock.transmit([MCF], 0)
    clock.runTo(500)
    clock.transmitter.farEndStarted()
    clock.runTo(10_000)
    assert.deepEqual(clock.when('sent'), [MCF_MS])
  })

  it('cuts off a signal for another, says so, and never claims that the first has left', () => {
    const clock = new Clock()
    clock.transmit([PAGE], 0)
    clock.runTo(4_000)
    clock.transmit([MCF], 4_000)
    clock.runTo(20_000)
    assert.equal(clock.when('no_signal')[0], 4_000)
    assert.deepEqual(clock.when('signal control'), [4_075])
    assert.deepEqual(clock.when('sent'), [4_075 + MCF_MS])
    assert.ok(clock.when('t4_non_ecm_data').every((atMs) => atMs <= 4_000))
  })

  it('is silenced by nothing to send', () => {
    const clock = new Clock()
    clock.transmit([PAGE], 0)
    clock.runTo(4_000)
    clock.transmit([], 4_000)
    clock.runTo(60_000)
    assert.deepEqual(clock.when('sent'), [])
    assert.ok(clock.transmitter.isIdle)
  })

  it('drops a signal that had not begun for the one that comes after it', () => {
    const clock = new Clock()
    clock.transmitter.farEndStarted()
    clock.transmit([TCF], 0)
    clock.transmit([MCF], 100)
    clock.transmitter.farEndEnded(200)
    clock.runTo(10_000)
    assert.deepEqual(clock.when('signal training_check'), [])
    assert.deepEqual(clock.when('signal control'), [275])
  })

  it('woken late sends what is due at once, and is not late for the rest', () => {
    const clock = new Clock()
    clock.transmit([MCF], 0)
    const late = [...clock.transmitter.advance(1_100)].filter(({ kind }) => kind === 'packet').length
    assert.ok(late > 4)
    clock.runTo(10_000)
    assert.deepEqual(clock.when('sent'), [MCF_MS])
  })

  it('still says the end of one signal while the next one waits', () => {
    const clock = new Clock()
    clock.transmit([MCF], 0)
    clock.runTo(MCF_MS)
    const ends = clock.when('no_signal').length
    clock.transmit([MCF], MCF_MS)
    clock.runTo(MCF_MS + 74)
    assert.ok(clock.when('no_signal').length > ends)
    assert.deepEqual(clock.when('signal control'), [0])
    clock.runTo(10_000)
    assert.equal(clock.when('sent').length, 2)
  })
})
