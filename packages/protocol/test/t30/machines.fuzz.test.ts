import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { T30Case } from '../../../../conformance/t30/case.ts'
import { CONTROL_FIELD_NAMES } from '../../src/t30/facsimile-control-field.ts'
import { buildFrame } from '../../src/t30/frame.ts'
import type { T30Effect, T30Input, T30Machine } from '../../src/t30/machine.ts'
import type { TimerName } from '../../src/t30/timers.ts'
import { type Dice, fuzz, fuzzInputs } from '../fuzz.ts'
import { FarEnd } from './far-end.ts'
import { buildAnswerer, buildCaller } from './machines.ts'
import { wordsOf } from './words.ts'

const INPUTS = fuzzInputs(60_000)
const SEED = 31
const INPUTS_PER_CALL = 60
const EFFECTS_MAX = 24
/** Each timer of a call that nobody speaks in any more brings its end nearer. */
const STEPS_TO_END_MAX = 200
/** What runs out with these ends the call. */
const FINAL: readonly TimerName[] = ['T5', 'driver']
const DRIVER_ANSWERS: readonly T30Input['kind'][] = ['identity_checked', 'page_announced', 'page_recorded']
const TIMERS: readonly TimerName[] = ['T1', 'T2', 'T4', 'T5', 'signal', 'driver', 'patience', 'pause']

/** What a far end may plausibly say next, by the last word of what our machine did. */
const ANSWERS: Readonly<Record<string, readonly string[]>> = {
  '': ['CSI, DIS', 'DIS', 'DTC'],
  TCF: ['CFR', 'CFR', 'CFR', 'FTT', 'DIS', 'CRP'],
  EOP: ['MCF', 'RTN', 'RTP', 'PIP', 'PIN', 'signal'],
  MPS: ['MCF', 'MCF', 'RTN', 'RTP', 'PIP'],
  EOM: ['MCF', 'MCF', 'CSI, DIS'],
  PPS: ['MCF', 'MCF', 'PPR 0-1', 'PPR 2', 'PPR nothing', 'RNR', 'RTN', 'RTP', 'cut PPR'],
  RR: ['RNR', 'MCF', 'PPR 1', 'ERR'],
  CTC: ['CTR', 'CTR', 'CRP'],
  EOR: ['ERR', 'RNR', 'MCF'],
  DIS: ['TSI, DCS', 'TSI, DCS', 'DCS', 'DTC', 'cut DCS', 'signal', 'EOM'],
  DCS: ['TCF', 'TCF', 'TCF', 'TCF noisy', 'DCS'],
  CFR: ['image 1', 'frames 0-2 of 1', 'frames 0-1 of 1', 'PPS-EOP 0 0 3', 'DCS'],
  FTT: ['DCS', 'DCS V17_9600'],
  image: ['EOP', 'MPS', 'EOM', 'PRI-EOP', 'gap 3', 'image 2'],
  frames: ['PPS-EOP 0 0 3', 'PPS-MPS 0 0 3', 'PPS-NULL 0 0 3', 'PPS-EOM 0 0 3', 'PPS-MPS 1 0 3', 'EOR-MPS'],
  PPR: ['frames 0-2 of 1', 'frames 1 of 1', 'PPS-EOP 0 0 1', 'CTC V17_9600', 'EOR-EOP', 'EOR-NULL'],
  CTR: ['frames 0-2 of 1', 'PPS-EOP 0 0 3'],
  MCF: ['image 2', 'frames 0-2 of 2', 'PPS-EOP 1 0 3', 'MPS', 'EOP', 'gap 40', 'DCS', 'CRP'],
  RTN: ['DCS', 'MPS', 'image 1'],
  RNR: ['RR', 'RR', 'PPS-EOP 0 0 3', 'DCS', 'frames 0-2 of 2', 'CRP'],
  ERR: ['frames 0-2 of 2', 'EOR-MPS'],
}

/** One call: a machine, what it asked for, and the promises that hold whatever it is given. */
class FuzzedCall {
  readonly machine: T30Machine
  readonly #farEnd: FarEnd
  readonly #timers = new Set<TimerName>()
  readonly #role: T30Case['role']
  #isStoring = false
  #isAnnounced = false
  #isRefused = false
  #isOnLine = false
  #isHangingUp = false
  #asks: T30Effect['kind'] | undefined
  #last = ''
  hasEnded = false

  constructor(role: T30Case['role'], dice: Dice) {
    const ecm = dice(3) > 0
    const isShort = dice(4) === 0
    const receiver = { ecm, prefersShortFrames: isShort }
    const sender = { ecm, scheme: ecm ? 'MMR' : 'MH' } as const
    const pages = (['small', 'small', 'standard'] as const).slice(0, 1 + dice(3))
    this.#role = role
    this.machine =
      role === 'caller'
        ? buildCaller({ pages, checksIdentity: dice(3) === 0, bitRateMax: dice(3) === 0 ? 2_400 : 14_400 })
        : buildAnswerer({ cedMs: dice(2) * 2_600 })
    this.#farEnd = new FarEnd({ role, receiver, sender })
    this.feed({ kind: 'start' })
  }

  feed(input: T30Input): void {
    const wasStoring = this.#isStoring
    const mustEnd = input.kind === 'timer' && this.#timers.has(input.timer) && FINAL.includes(input.timer)
    this.#noteInput(input)
    const effects = this.machine.take(input)
    assert.ok(effects.length <= EFFECTS_MAX, `${effects.length} effects`)
    for (const effect of effects) this.#note(effect, wasStoring)
    const isOver = this.hasEnded || this.#isHangingUp
    assert.ok(!mustEnd || isOver, 'a bound is passed')
    assert.ok(
      isOver || !this.#isStoring || this.#timers.has('driver'),
      'the store is waited for without bound',
    )
  }

  #noteInput(input: T30Input): void {
    if (input.kind === 'page_committed' || input.kind === 'page_not_committed') this.#isStoring = false
    if (input.kind === 'page_announced') this.#isAnnounced = true
    if (input.kind === 'timer') this.#timers.delete(input.timer)
    if (!DRIVER_ANSWERS.includes(input.kind)) return
    if (input.kind === 'identity_checked' && this.#asks === 'check_identity')
      this.#isRefused ||= !input.mayGoOn
    this.#asks = undefined
  }

  #note(effect: T30Effect, wasStoring: boolean): void {
    assert.ok(!this.hasEnded, 'nothing is done after the end')
    switch (effect.kind) {
      case 'start_timer':
        assert.ok(effect.delayMs > 0 && effect.delayMs <= 65_000)
        this.#timers.add(effect.timer)
        return
      case 'stop_timer':
        this.#timers.delete(effect.timer)
        return
      case 'commit_page':
        assert.ok(!wasStoring, 'a second page is stored before the first one is answered')
        this.#isStoring = true
        return
      case 'announce_page':
        this.#isAnnounced = false
        this.#asks = effect.kind
        return
      case 'check_identity':
      case 'record_page':
        this.#asks = effect.kind
        return
      case 'end':
        this.hasEnded = true
        assert.equal(this.#timers.size, 0, 'timers run after the end')
        return
      case 'transmit':
        this.#noteSignals(wordsOf(effect))
        this.#isOnLine = effect.transmissions.length > 0
        return
    }
  }

  #noteSignals(words: readonly string[]): void {
    for (const word of words) {
      const name = word.split(' ')[0]!.split('-')[0]!
      const isConfirmation = this.#role === 'answerer' && ['MCF', 'ERR', 'RTP'].includes(name)
      assert.ok(!isConfirmation || !this.#isStoring, `${name} before the page is durable`)
      if (name === 'image' || name === 'block') assert.ok(this.#isAnnounced, 'a page leaves unannounced')
      assert.ok(!this.#isRefused || name === 'DCN', `${name} after the verdict no`)
      this.#last = name
      this.#isHangingUp = name === 'DCN'
    }
  }

  /** Mostly what may well come next, and now and then anything at all. */
  inputs(dice: Dice): readonly T30Input[] {
    if (this.#isOnLine && dice(5) > 0) {
      this.#isOnLine = false
      return [{ kind: 'sent' }]
    }
    if (this.#asks && dice(4) > 0) return [answerTo(this.#asks, dice)]
    if (this.#isStoring && dice(4) === 0)
      return [{ kind: dice(8) === 0 ? 'page_not_committed' : 'page_committed' }]
    const running = [...this.#timers]
    if (running.length > 0 && dice(6) === 0) return [{ kind: 'timer', timer: running[dice(running.length)]! }]
    return dice(10) > 0 ? this.#plausible(dice) : [anything(dice, running)]
  }

  #plausible(dice: Dice): readonly T30Input[] {
    const words = ANSWERS[this.#last] ?? ANSWERS['']!
    const word = words[dice(words.length)]!
    this.#last = word.includes('DCS') ? 'DCS' : (word.split(' ')[0] ?? '')
    return this.#farEnd.inputs(word)
  }

  /** Nobody speaks any more, not even the driver: signals leave, and the timers run out. */
  runOut(): void {
    for (let step = 0; !this.hasEnded; step++) {
      assert.ok(
        step < STEPS_TO_END_MAX,
        `the call does not end; the timers are ${[...this.#timers].join(' ')}`,
      )
      const [timer] = this.#timers
      if (this.#isOnLine) {
        this.#isOnLine = false
        this.feed({ kind: 'sent' })
      } else {
        assert.ok(timer, 'nothing can end the call')
        this.feed({ kind: 'timer', timer })
      }
    }
  }
}

function answerTo(asked: T30Effect['kind'], dice: Dice): T30Input {
  if (asked === 'check_identity') return { kind: 'identity_checked', mayGoOn: dice(4) > 0 }
  return { kind: asked === 'announce_page' ? 'page_announced' : 'page_recorded' }
}

function anything(dice: Dice, running: readonly TimerName[]): T30Input {
  switch (dice(12)) {
    case 0:
      return { kind: 'start' }
    case 1:
      return { kind: 'tone', tone: 'CED' }
    case 2:
      return { kind: 'signal_started', carrier: dice(2) === 0 ? 'V21' : 'V29_9600' }
    case 3:
      return { kind: 'signal_ended' }
    case 4:
      return { kind: 'image', octets: Uint8Array.from({ length: dice(60) }, () => dice(256)) }
    case 5:
      return { kind: 'gap', packets: 1 + dice(30) }
    case 6:
      return { kind: 'sent' }
    case 7:
      return { kind: 'timer', timer: running[dice(running.length || 1)] ?? TIMERS[dice(TIMERS.length)]! }
    case 8:
      return dice(10) === 0 ? { kind: dice(2) === 0 ? 'hang_up' : 'carrier_lost' } : { kind: 'frame_damaged' }
    case 9:
      return { kind: (['page_committed', 'page_not_committed', 'page_recorded'] as const)[dice(3)]! }
    default:
      return { kind: 'frame', octets: anyFrame(dice) }
  }
}

function anyFrame(dice: Dice): Uint8Array {
  const information = Uint8Array.from({ length: dice(8) === 0 ? dice(300) : dice(6) }, () => dice(256))
  const field = CONTROL_FIELD_NAMES[dice(CONTROL_FIELD_NAMES.length)]!
  return buildFrame({ field, information, isFinal: dice(2) === 0, hasReceivedDis: dice(2) === 0 })
}

describe('A T.30 machine given anything in any order', () => {
  for (const role of ['caller', 'answerer'] as const) {
    it(`as ${role} never throws, keeps its promises, and ends once nobody speaks any more`, () => {
      let call: FuzzedCall | undefined
      let left = 0
      const ends = { calls: 0, spoken: 0 }
      fuzz(SEED, INPUTS, (dice) => {
        if (!call || left-- === 0) {
          call?.runOut()
          ends.calls++
          call = new FuzzedCall(role, dice)
          left = dice(INPUTS_PER_CALL)
        }
        for (const input of call.inputs(dice)) call.feed(input)
        if (call.hasEnded) {
          ends.spoken++
          call = undefined
        }
      })
      assert.ok(ends.calls > INPUTS / INPUTS_PER_CALL && ends.spoken > 10)
    })
  }
})
