import { Answerer } from '@answerback/protocol/t30/answerer/answerer'
import { Caller } from '@answerback/protocol/t30/caller/caller'
import type { Capabilities } from '@answerback/protocol/t30/capabilities'
import { DEFAULT_COPY_QUALITY } from '@answerback/protocol/t30/copy-quality'
import type { LinePage } from '@answerback/protocol/t30/line-page'
import type { T30Machine } from '@answerback/protocol/t30/machine'
import type { SenderLimits } from '@answerback/protocol/t30/negotiate'
import type { ReceivedPage } from '@answerback/protocol/t30/received-page'
import type { T30End } from '@answerback/protocol/t30/result'
import type { Settings } from '@answerback/protocol/t30/settings'
import { DEFAULT_TIMERS } from '@answerback/protocol/t30/timers'
import type { ErrorCorrection } from '@answerback/protocol/t38/udptl'
import { Attendant } from '../src/attendant.ts'
import type { SimulatedCall } from '../src/call.ts'
import { callIn, dial, type NearEnd, type RunningCall } from '../src/dial.ts'
import { GOOD_MACHINE } from '../src/machines/answering.ts'
import { GOOD_CALLER } from '../src/machines/calling.ts'
import type { MakeMischief } from '../src/machines/mischief/mischief.ts'
import type { PathConditions } from '../src/network.ts'
import { Random } from '../src/random.ts'
import { drawAnsweringMischief, drawCallingMischief } from './drawn-mischief.ts'
import { drawLongPage, drawPage } from './pages.ts'
import { TimerLedger } from './timer-ledger.ts'

/** What all calls of a simulation have in common; the rest is drawn from each one's seed. */
export interface Climate {
  readonly path: (random: Random) => PathConditions
  readonly errorCorrection: (random: Random) => ErrorCorrection
  readonly ecm: (random: Random) => boolean
  /** What either end says it takes. */
  readonly datagramOctetsMax: readonly number[]
  /** Share of the calls whose far end misbehaves, or that we hang up. */
  readonly mischiefRate: number
}

export interface EndedCall {
  readonly seed: number
  readonly story: string
  readonly call: SimulatedCall
  readonly pages: readonly LinePage[]
  readonly ledger: TimerLedger
  readonly callerEnd: T30End | undefined
  readonly answererEnd: T30End | undefined
  /** By the caller's records. */
  readonly confirmed: readonly number[]
  readonly committed: readonly ReceivedPage[]
  readonly receiverLength: Settings['length']
  readonly isIdentityRefused: boolean
}

const SCHEMES = [['MH'], ['MH', 'MR'], ['MH', 'MR', 'MMR'], ['MH', 'MR', 'MMR']] as const
const MODEMS = [['V27TER'], ['V27TER', 'V29'], ['V27TER', 'V29', 'V17'], ['V27TER', 'V29', 'V17']] as const
const STORE_MS = [0, 50, 400, 1_500, 4_000, 20_000]

interface Draw {
  readonly seed: number
  readonly random: Random
  readonly climate: Climate
  readonly ecm: boolean
  readonly pages: readonly LinePage[]
  readonly limits: SenderLimits
  readonly capabilities: Capabilities
  readonly mischief: readonly MakeMischief[]
  readonly hangUpAtMs: number
  readonly words: string[]
}

/** Makes the call of a seed and lets it come to its end. */
export function runDrawnCall(seed: number, climate: Climate): EndedCall {
  const random = new Random(seed)
  const ecm = climate.ecm(random)
  const words: string[] = []
  const isMischievous = random.chance(climate.mischiefRate)
  const isOutgoing = random.chance(0.5)
  const drawMischief = isOutgoing ? drawAnsweringMischief : drawCallingMischief
  const hangsUp = isMischievous && random.chance(0.15)
  const draw: Draw = {
    seed,
    random,
    climate,
    ecm,
    pages: drawPages(random),
    limits: drawLimits(random, ecm),
    capabilities: drawCapabilities(random, ecm),
    mischief: isMischievous && !hangsUp ? [drawMischief(random, words)] : [],
    hangUpAtMs: hangsUp ? random.below(60_000) : Number.POSITIVE_INFINITY,
    words,
  }
  return isOutgoing ? runOutgoing(draw) : runIncoming(draw)
}

function runOutgoing(draw: Draw): EndedCall {
  const { random, climate, pages, limits, capabilities, mischief } = draw
  const isIdentityRefused = random.chance(climate.mischiefRate * 0.05)
  const attendant = new Attendant({
    storeMs: random.pick(STORE_MS.slice(0, 4)),
    mayGoTo: () => !isIdentityRefused,
  })
  const ledger = new TimerLedger(
    new Caller({
      stationId: '+1 202 555 0100',
      pages,
      limits,
      checksIdentity: random.chance(0.5) || isIdentityRefused,
      timers: DEFAULT_TIMERS,
    }),
  )
  const storeMs = random.pick(draw.ecm ? STORE_MS : STORE_MS.slice(0, 4))
  const far = { ...GOOD_MACHINE, capabilities, storeMs, mischief, ...terminal(draw) }
  const placed = dial(far, nearEnd(draw, ledger, attendant), { seed: draw.seed })
  const running = placed.running!
  finish(running, draw.hangUpAtMs)
  return {
    ...common(draw, 'out', running, ledger),
    callerEnd: running.call.endOf('near'),
    answererEnd: running.call.endOf('far'),
    confirmed: attendant.recorded,
    committed: running.attendant.committed,
    isIdentityRefused,
  }
}

function runIncoming(draw: Draw): EndedCall {
  const { random, pages, limits, capabilities, mischief } = draw
  const attendant = new Attendant({ storeMs: random.pick(draw.ecm ? STORE_MS : STORE_MS.slice(0, 4)) })
  const ledger = new TimerLedger(
    new Answerer({
      stationId: 'ZEBRA',
      capabilities,
      cedMs: 2_600,
      copyQuality: DEFAULT_COPY_QUALITY,
      timers: DEFAULT_TIMERS,
    }),
  )
  const far = { ...GOOD_CALLER, limits, mischief, ...terminal(draw) }
  const { running } = callIn(far, pages, nearEnd(draw, ledger, attendant), { seed: draw.seed })
  finish(running, draw.hangUpAtMs)
  return {
    ...common(draw, 'in', running, ledger),
    callerEnd: running.call.endOf('far'),
    answererEnd: running.call.endOf('near'),
    confirmed: running.attendant.recorded,
    committed: attendant.committed,
    isIdentityRefused: false,
  }
}

function finish({ call }: RunningCall, hangUpAtMs: number): void {
  if (call.run({ untilMs: hangUpAtMs }).kind === 'over') return
  call.hangUp('near')
  call.run()
}

function common(draw: Draw, direction: 'in' | 'out', { call }: RunningCall, ledger: TimerLedger) {
  const { seed, ecm, pages, limits, capabilities, hangUpAtMs, words } = draw
  const traits = [
    `${pages.length} pages`,
    ecm ? 'ECM' : 'no ECM',
    [...limits.modems].at(-1),
    [...limits.schemes].at(-1),
    `to ${[...capabilities.schemes].at(-1)}`,
    ...(hangUpAtMs === Number.POSITIVE_INFINITY ? [] : [`we hang up at ${hangUpAtMs}`]),
    ...words,
  ]
  const story = `${direction}, ${traits.join(', ')}`
  return { seed, story, call, pages, ledger, receiverLength: capabilities.length }
}

function terminal({ climate, random }: Draw) {
  const path = climate.path(random)
  const correction = climate.errorCorrection(random)
  const redundancyDepth = correction.kind === 'redundancy' ? correction.depth : 0
  return { path, redundancyDepth, datagramOctetsMax: random.pick(climate.datagramOctetsMax) }
}

function nearEnd({ climate, random }: Draw, machine: T30Machine, attendant: Attendant): NearEnd {
  return {
    machine,
    errorCorrection: climate.errorCorrection(random),
    datagramOctetsMax: random.pick(climate.datagramOctetsMax),
    attend: attendant.attend,
  }
}

function drawPages(random: Random): readonly LinePage[] {
  const count = 1 + random.below(3)
  const isUniform = random.chance(0.7)
  const first = random.chance(0.01) ? drawLongPage(random) : drawPage(random)
  return Array.from({ length: count }, (_, index) => {
    const image = index === 0 ? first : drawPage(random)
    const { width, resolution } = first
    // Pages of one shape follow each other by MPS, others by EOM.
    const isAlike = image.width === width && image.resolution === resolution
    return { number: index + 1, ...(isUniform && !isAlike ? first : image) }
  })
}

function drawLimits(random: Random, ecm: boolean): SenderLimits {
  return {
    modems: new Set(random.pick(MODEMS)),
    bitRateMax: random.pick([14_400, 14_400, 9_600]),
    schemes: new Set(random.pick(SCHEMES)),
    ecm,
  }
}

function drawCapabilities(random: Random, ecm: boolean): Capabilities {
  return {
    ...GOOD_MACHINE.capabilities,
    ecm,
    modems: new Set(random.pick(MODEMS)),
    schemes: new Set(random.pick(SCHEMES)),
    prefersShortFrames: random.chance(0.1),
    resolutions: new Set(random.pick([['standard'], ['standard', 'fine'], ALL_RESOLUTIONS, ALL_RESOLUTIONS])),
    width: random.pick(['A4', 'B4', 'A3', 'A3']),
    length: random.pick(['A4', 'unlimited', 'unlimited']),
    scanLine: random.pick([
      { standardMs: 0, isHalvedWhenFine: false },
      { standardMs: 0, isHalvedWhenFine: false },
      { standardMs: 20, isHalvedWhenFine: true },
      { standardMs: 40, isHalvedWhenFine: false },
    ]),
  }
}

const ALL_RESOLUTIONS = ['standard', 'fine', 'superfine', 'dpi300', 'dpi400'] as const
