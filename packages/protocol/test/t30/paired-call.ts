import assert from 'node:assert/strict'
import type { Loss, PairCase } from '../../../../conformance/t30/case.ts'
import type { Carrier, T30Effect, T30Input, T30Machine, Transmission } from '../../src/t30/machine.ts'
import { MODULATIONS } from '../../src/t30/modulation.ts'
import type { ReceivedPage } from '../../src/t30/received-page.ts'
import type { TimerName } from '../../src/t30/timers.ts'
import { buildAnswerer, buildCaller } from './machines.ts'
import { samplePage } from './sample-pages.ts'
import { nameOfFrame, wordsOf, wordsOfSignal } from './words.ts'

/** T.30 §5: 75 ms between signals; about what a preamble, a training and a piece of image take. */
const GAP_MS = 75
const PREAMBLE_MS = 1_000
const TRAINING_MS = 1_400
const PIECE_OCTETS = 180
const CALL_MS_MAX = 1_800_000

interface Event {
  readonly atMs: number
  readonly order: number
  readonly run: () => void
}

/** What two machines said and how they ended. */
interface PairedResult {
  readonly callerEnd: string
  readonly answererEnd: string
  readonly said: readonly string[]
}

export function runPair(pair: PairCase): void {
  const call = new PairedCall(pair)
  const { callerEnd, answererEnd, said } = call.run()
  assert.deepEqual(
    [callerEnd, answererEnd],
    [`end ${pair.callerEnds}`, `end ${pair.answererEnds}`],
    said.join(' '),
  )
  if (pair.says) assert.deepEqual(said, pair.says)
  call.assertPagesArrived()
}

class PairedCall {
  readonly #pair: PairCase
  readonly #caller: Party
  readonly #answerer: Party
  readonly #counts = new Map<string, number>()
  readonly #said: string[] = []
  readonly #stored = new Map<number, ReceivedPage>()
  #events: Event[] = []
  #order = 0
  #nowMs = 0

  constructor(pair: PairCase) {
    this.#pair = pair
    this.#caller = new Party(buildCaller(pair.caller))
    this.#answerer = new Party(buildAnswerer(pair.answerer))
  }

  run(): PairedResult {
    this.#feed(this.#answerer, { kind: 'start' })
    this.#feed(this.#caller, { kind: 'start' })
    while (this.#events.length > 0) {
      this.#events.sort((a, b) => a.atMs - b.atMs || a.order - b.order)
      const event = this.#events.shift()!
      this.#nowMs = event.atMs
      assert.ok(this.#nowMs < CALL_MS_MAX, `the call does not end: ${this.#said.join(' ')}`)
      event.run()
    }
    const { end: callerEnd } = this.#caller
    const { end: answererEnd } = this.#answerer
    assert.ok(callerEnd && answererEnd, `one end hangs: ${this.#said.join(' ')}`)
    return { callerEnd, answererEnd, said: this.#said }
  }

  /** Whatever the caller holds for confirmed is with the answerer, as it was sent. */
  assertPagesArrived(): void {
    const kinds = this.#pair.caller?.pages ?? ['small']
    for (const number of this.#caller.recorded) {
      const sent = samplePage(kinds[number - 1]!, number)
      assert.deepEqual(
        this.#stored.get(number)?.t6,
        sent.t6,
        `page ${number} was confirmed and did not arrive`,
      )
    }
  }

  #at(delayMs: number, run: () => void): void {
    this.#events.push({ atMs: this.#nowMs + delayMs, order: this.#order++, run })
  }

  #other(party: Party): Party {
    return party === this.#caller ? this.#answerer : this.#caller
  }

  #feed(party: Party, input: T30Input): void {
    if (party.end !== undefined) return
    for (const effect of party.machine.take(input)) this.#perform(party, effect)
  }

  #perform(party: Party, effect: T30Effect): void {
    switch (effect.kind) {
      case 'transmit':
        party.queue = [...effect.transmissions]
        party.turn++
        if (party.isSending) this.#cutOff(party)
        this.#beginSoon(party)
        return
      case 'start_timer': {
        const alarm = {}
        party.timers.set(effect.timer, alarm)
        this.#at(effect.delayMs, () => {
          if (party.timers.get(effect.timer) !== alarm) return
          party.timers.delete(effect.timer)
          this.#feed(party, { kind: 'timer', timer: effect.timer })
        })
        return
      }
      case 'stop_timer':
        party.timers.delete(effect.timer)
        return
      case 'end':
        party.end = wordsOf(effect)[0]!
        party.timers.clear()
        return
      default:
        this.#answer(party, effect)
    }
  }

  #answer(party: Party, effect: T30Effect): void {
    switch (effect.kind) {
      case 'check_identity':
        this.#at(1, () => this.#feed(party, { kind: 'identity_checked', mayGoOn: true }))
        return
      case 'announce_page':
        this.#at(1, () => this.#feed(party, { kind: 'page_announced' }))
        return
      case 'record_page':
        party.recorded.push(effect.page)
        this.#at(1, () => this.#feed(party, { kind: 'page_recorded' }))
        return
      case 'commit_page': {
        const { commit } = this.#pair
        if (commit === 'fails') {
          this.#at(1, () => this.#feed(party, { kind: 'page_not_committed' }))
          return
        }
        this.#at(commit?.delayMs ?? 1, () => {
          this.#stored.set(effect.page.number, effect.page)
          this.#feed(party, { kind: 'page_committed' })
        })
        return
      }
    }
  }

  #cutOff(party: Party): void {
    party.isSending = false
    this.#feed(this.#other(party), { kind: 'signal_ended' })
    this.#beginSoon(this.#other(party))
  }

  /** The line is half-duplex: a signal waits for the far end's. */
  #beginSoon(party: Party): void {
    const { turn } = party
    this.#at(GAP_MS, () => {
      if (turn !== party.turn || party.isSending || party.queue.length === 0) return
      if (!this.#other(party).isSending) this.#begin(party, party.queue.shift()!)
    })
  }

  #begin(party: Party, signal: Transmission): void {
    const { turn } = party
    const other = this.#other(party)
    const isCurrent = () => turn === party.turn
    const names = signal.kind === 'control' ? signal.frames.map(nameOfFrame) : [signal.kind]
    const words = wordsOfSignal(signal)
    const lost = this.#losses(words)
    this.#said.push(words.at(-1)!.split(' ')[0]!)
    party.isSending = true
    const isHeard = !lost.some(({ what = 'all' }) => what === 'all')
    const hear = (delayMs: number, input: T30Input) => {
      if (isHeard) this.#at(delayMs, () => isCurrent() && this.#feed(other, input))
    }
    const { carrier, durationMs, contents } = onLine(signal)
    if (carrier) hear(0, { kind: 'signal_started', carrier })
    contents.forEach(({ atMs, input }, index) => {
      const isLost = lost.some(({ what }) => typeof what === 'object' && what.includes(index))
      const isDamaged = lost.some(({ what, signal: name }) => what === 'frame' && name === names[index])
      if (!isLost) hear(atMs, isDamaged ? { kind: 'frame_damaged' } : input)
    })
    if (carrier) hear(durationMs, { kind: 'signal_ended' })
    this.#at(durationMs, () => {
      if (!isCurrent()) return
      party.isSending = false
      if (party.queue.length === 0) this.#feed(party, { kind: 'sent' })
      this.#beginSoon(party)
      this.#beginSoon(other)
    })
  }

  #losses(words: readonly string[]): readonly Loss[] {
    return words.flatMap((word) => {
      const name = word.split(' ')[0]!
      const count = (this.#counts.get(name) ?? 0) + 1
      this.#counts.set(name, count)
      return (this.#pair.loses ?? []).filter(
        ({ signal, nth = [1] }) => signal === name && nth.includes(count),
      )
    })
  }
}

class Party {
  readonly machine: T30Machine
  readonly timers = new Map<TimerName, object>()
  readonly recorded: number[] = []
  queue: Transmission[] = []
  isSending = false
  /** Rises with each `transmit`: what was planned before it is off. */
  turn = 0
  end: string | undefined

  constructor(machine: T30Machine) {
    this.machine = machine
  }
}

interface OnLine {
  readonly carrier: Carrier | undefined
  readonly durationMs: number
  readonly contents: readonly { readonly atMs: number; readonly input: T30Input }[]
}

function onLine(signal: Transmission): OnLine {
  switch (signal.kind) {
    case 'ced':
      return {
        carrier: undefined,
        durationMs: signal.durationMs,
        contents: [{ atMs: 0, input: { kind: 'tone', tone: 'CED' } }],
      }
    case 'control':
      return inPieces('V21', 300, PREAMBLE_MS, signal.frames, 'frame')
    case 'training_check': {
      const { bitRate } = MODULATIONS[signal.modulation]
      return inPieces(
        signal.modulation,
        bitRate,
        TRAINING_MS,
        cut(new Uint8Array((bitRate * 3) / 16)),
        'image',
      )
    }
    case 'image':
      return inPieces(
        signal.modulation,
        MODULATIONS[signal.modulation].bitRate,
        TRAINING_MS,
        cut(signal.octets),
        'image',
      )
    case 'block':
      return inPieces(
        signal.modulation,
        MODULATIONS[signal.modulation].bitRate,
        TRAINING_MS,
        signal.frames,
        'frame',
      )
  }
}

function inPieces(
  carrier: Carrier,
  bitRate: number,
  leadMs: number,
  pieces: readonly Uint8Array[],
  kind: 'frame' | 'image',
): OnLine {
  let atMs = leadMs
  const contents = pieces.map((octets) => {
    atMs += (octets.length * 8_000) / bitRate
    return { atMs, input: { kind, octets } }
  })
  return { carrier, durationMs: atMs + 1, contents }
}

function cut(octets: Uint8Array): Uint8Array[] {
  const pieces: Uint8Array[] = []
  for (let at = 0; at < octets.length; at += PIECE_OCTETS) pieces.push(octets.subarray(at, at + PIECE_OCTETS))
  return pieces
}
