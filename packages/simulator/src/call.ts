import type { DriverAnswer } from '@answerback/protocol/t30/machine'
import type { T30End } from '@answerback/protocol/t30/result'
import type { TimelineEntry } from '@answerback/protocol/t30/timeline'
import type { OwnerEffect, T38Session, T38SessionEffect } from '@answerback/protocol/t38/session'
import { Agenda } from './agenda.ts'
import type { LineSwitch } from './line-switch.ts'
import type { Path } from './network.ts'

export type EndName = 'near' | 'far'

/** What a machine asks of its owner. */
export type Question = Exclude<OwnerEffect, { kind: 'end' }>

/** How a question is answered, and how much later; `undefined`: never. */
export type Attend = (
  question: Question,
) => { readonly answer: DriverAnswer; readonly afterMs: number } | undefined

/** One end of a call. */
export interface CallEndpoint {
  readonly session: T38Session
  /** The way of what this end sends. */
  readonly path: Path
  /** Without one, `run` stops at each question and waits for `answer`. */
  readonly attend?: Attend
}

export interface CallOptions {
  readonly near: CallEndpoint
  readonly far: CallEndpoint
  readonly line: LineSwitch
  /** When T.38 begins; both timelines count from 0. */
  readonly startMs: number
  /** Virtual time after which both ends lose the call, whatever they are at. */
  readonly durationMaxMs: number
}

export type Pause =
  | { readonly kind: 'asks'; readonly end: EndName; readonly question: Question }
  /** The steps or the time allowed are used up. */
  | { readonly kind: 'slice' }
  /** Time stands still until `line.thaw()`. */
  | { readonly kind: 'frozen' }
  | { readonly kind: 'over' }

interface Side extends CallEndpoint {
  readonly name: EndName
  readonly timeline: TimelineEntry[]
  end: T30End | undefined
  /** Signalling has told this side that the call is over, or it has told so itself. */
  isReleased: boolean
}

/** From the last packet of DCN to BYE. */
const RELEASE_MS = 100
/** No real call comes near: a loop that makes no way must not go on for ever. */
const STEPS_MAX = 5_000_000

/**
 * A call in its T.38 phase on virtual time: two sessions and the network between them. Nothing happens but in `run`, which
 * goes from event to event; while it is not running, time stands still.
 */
export class SimulatedCall {
  readonly #near: Side
  readonly #far: Side
  readonly #line: LineSwitch
  readonly #agenda = new Agenda()
  readonly #questions: Extract<Pause, { kind: 'asks' }>[] = []
  readonly #deadlineMs: number
  #nowMs: number
  #steps = 0
  #isOverrun = false

  constructor(options: CallOptions) {
    this.#near = sideOf('near', options.near)
    this.#far = sideOf('far', options.far)
    this.#line = options.line
    this.#nowMs = options.startMs
    this.#deadlineMs = options.startMs + options.durationMaxMs
    for (const { session } of [this.#near, this.#far]) session.start(options.startMs, 0)
  }

  get nowMs(): number {
    return this.#nowMs
  }

  get steps(): number {
    return this.#steps
  }

  /** The call did not end by itself within its bound. */
  get isOverrun(): boolean {
    return this.#isOverrun
  }

  /** How the end's T.30 session ended; `undefined` before that. */
  endOf(end: EndName): T30End | undefined {
    return this.#side(end).end
  }

  timelineOf(end: EndName): readonly TimelineEntry[] {
    return this.#side(end).timeline
  }

  /** Goes on until something needs the caller, the call is over, or the limits are reached. */
  run(limits: { readonly stepsMax?: number; readonly untilMs?: number } = {}): Pause {
    const { stepsMax = Number.POSITIVE_INFINITY, untilMs = Number.POSITIVE_INFINITY } = limits
    for (let step = 0; step < stepsMax; step++) {
      this.#collect(this.#near)
      this.#collect(this.#far)
      const question = this.#questions.shift()
      if (question) return question
      if (this.#line.isFrozen) return { kind: 'frozen' }
      this.#release()
      const nextMs = this.#nextMs()
      if (nextMs === Number.POSITIVE_INFINITY) return { kind: 'over' }
      if (nextMs > untilMs) {
        this.#nowMs = Math.max(this.#nowMs, untilMs)
        return { kind: 'slice' }
      }
      this.#step(nextMs)
    }
    return { kind: 'slice' }
  }

  answer(end: EndName, answer: DriverAnswer): void {
    this.#side(end).session.answer(answer, this.#nowMs)
  }

  /** This end says DCN and ends. */
  hangUp(end: EndName): void {
    this.#side(end).session.answer({ kind: 'hang_up' }, this.#nowMs)
  }

  #step(nextMs: number): void {
    this.#steps++
    this.#nowMs = nextMs
    if (!this.#isOverrun && (nextMs > this.#deadlineMs || this.#steps > STEPS_MAX)) this.#overrun()
    this.#agenda.runDue(nextMs)
    for (const { session } of [this.#near, this.#far]) if (session.wakeMs <= nextMs) session.advance(nextMs)
  }

  #overrun(): void {
    this.#isOverrun = true
    this.#lose(this.#near, 'local')
    this.#lose(this.#far, 'local')
  }

  #nextMs(): number {
    return Math.min(this.#agenda.nextMs, this.#near.session.wakeMs, this.#far.session.wakeMs)
  }

  #collect(side: Side): void {
    const effects = side.session.takeEffects()
    for (const effect of effects) this.#take(side, effect)
  }

  #take(side: Side, effect: T38SessionEffect): void {
    switch (effect.kind) {
      case 'datagram':
        for (const atMs of side.path.arrivals(this.#nowMs)) {
          this.#agenda.add(atMs, (nowMs) => this.#other(side).session.receive(effect.octets, nowMs))
        }
        return
      case 'timeline':
        side.timeline.push(effect.entry)
        return
      case 'end':
        side.end = effect.end
        return
      default:
        this.#ask(side, effect)
    }
  }

  #ask(side: Side, question: Question): void {
    if (!side.attend) {
      this.#questions.push({ kind: 'asks', end: side.name, question })
      return
    }
    const reply = side.attend(question)
    if (!reply) return
    this.#agenda.add(this.#nowMs + reply.afterMs, (nowMs) => side.session.answer(reply.answer, nowMs))
  }

  /** Who is done hangs up, and the other side hears of it; likewise when the far end drops the line. */
  #release(): void {
    const droppedAfterMs = this.#line.takeHangUp()
    if (droppedAfterMs !== undefined) this.#agenda.add(this.#nowMs + droppedAfterMs, () => this.#drop())
    for (const side of [this.#near, this.#far]) {
      if (!side.end || side.isReleased || side.session.wakeMs !== Number.POSITIVE_INFINITY) continue
      this.#agenda.add(this.#nowMs + RELEASE_MS, () => this.#sayBye(side))
      side.isReleased = true
    }
  }

  #drop(): void {
    this.#far.isReleased = true
    this.#far.session.answer({ kind: 'carrier_lost' }, this.#nowMs)
    this.#sayBye(this.#far)
  }

  #sayBye(side: Side): void {
    this.#tell(side, 'sent')
    const other = this.#other(side)
    this.#agenda.add(this.#nowMs + side.path.delayMs, () => this.#lose(other, 'received'))
  }

  #lose(side: Side, direction: 'received' | 'local'): void {
    if (side.isReleased) return
    side.isReleased = true
    this.#tell(side, direction)
    if (!side.session.hasEnded) side.session.answer({ kind: 'carrier_lost' }, this.#nowMs)
  }

  #tell(side: Side, direction: TimelineEntry['direction']): void {
    side.timeline.push({ atMs: Math.round(this.#nowMs), direction, what: 'BYE' })
  }

  #other(side: Side): Side {
    return side === this.#near ? this.#far : this.#near
  }

  #side(name: EndName): Side {
    return name === 'near' ? this.#near : this.#far
  }
}

function sideOf(name: EndName, endpoint: CallEndpoint): Side {
  return { ...endpoint, name, timeline: [], end: undefined, isReleased: false }
}
