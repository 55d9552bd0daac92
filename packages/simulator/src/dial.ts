import { Answerer } from '@answerback/protocol/t30/answerer/answerer'
import { Caller } from '@answerback/protocol/t30/caller/caller'
import { DEFAULT_COPY_QUALITY } from '@answerback/protocol/t30/copy-quality'
import type { LinePage } from '@answerback/protocol/t30/line-page'
import type { T30Machine } from '@answerback/protocol/t30/machine'
import type { TimelineEntry } from '@answerback/protocol/t30/timeline'
import { T38Session } from '@answerback/protocol/t38/session'
import type { ErrorCorrection } from '@answerback/protocol/t38/udptl'
import { Attendant } from './attendant.ts'
import { type Attend, SimulatedCall } from './call.ts'
import { type SetupOutcome, setUpIncoming, setUpOutgoing } from './exchange.ts'
import { LineSwitch } from './line-switch.ts'
import type { AnsweringMachine, CallingMachine, TerminalTraits } from './machines/machine.ts'
import { PLAIN_TERMINAL } from './machines/machine.ts'
import { type Surroundings, withMischief } from './machines/mischief/mischief.ts'
import { Path, type PathConditions } from './network.ts'
import { Random } from './random.ts'

/** Our end of a simulated call. */
export interface NearEnd {
  readonly machine: T30Machine
  readonly errorCorrection: ErrorCorrection
  readonly datagramOctetsMax: number
  /** Without one, the call stops at each question (`SimulatedCall.run`). */
  readonly attend?: Attend
}

export interface Circumstances {
  /** The same seed makes the same call. */
  readonly seed: number
  /** Virtual time a call may last; default 3 hours. */
  readonly durationMaxMs?: number
}

export interface PlacedCall {
  readonly outcome: SetupOutcome
  /** INVITE to T.38; the call's own entries are `call.timelineOf('near')`. */
  readonly setup: readonly TimelineEntry[]
  /** When T.38 came up. */
  readonly running: RunningCall | undefined
}

export interface RunningCall {
  readonly call: SimulatedCall
  readonly line: LineSwitch
  /** The far end's pages. */
  readonly attendant: Attendant
}

const DURATION_MAX_MS = 3 * 3_600_000
/** T.30 §4.2: 2.6–4.0 s. */
const CED_MS = 2_600

/** Calls a far-end machine from `near`, a calling machine. */
export function dial(far: AnsweringMachine, near: NearEnd, circumstances: Circumstances): PlacedCall {
  const { outcome, timeline } = setUpOutgoing(far.setup)
  if (outcome.kind !== 'up') return { outcome, setup: timeline, running: undefined }
  const line = new LineSwitch()
  const answerer = new Answerer({
    stationId: far.stationId,
    capabilities: far.capabilities,
    cedMs: CED_MS,
    copyQuality: DEFAULT_COPY_QUALITY,
    timers: far.timers,
  })
  const machine = withMischief(answerer, far.mischief, {
    line,
    pagesDone: () => answerer.state.pages,
    isTrained: () => answerer.state.isTrained,
  })
  const attendant = new Attendant({ storeMs: far.storeMs })
  const call = connect({ near, far, machine, line, attendant, startMs: outcome.t38Ms, circumstances })
  return { outcome, setup: timeline, running: { call, line, attendant } }
}

/** A calling machine calls `near`, an answerer. */
export function callIn(
  far: CallingMachine,
  pages: readonly LinePage[],
  near: NearEnd,
  circumstances: Circumstances,
): { readonly setup: readonly TimelineEntry[]; readonly running: RunningCall } {
  const { t38Ms, timeline } = setUpIncoming()
  const line = new LineSwitch()
  const { stationId, limits, timers } = far
  const caller = new Caller({ stationId, pages, limits, checksIdentity: false, timers })
  const surroundings: Surroundings = {
    line,
    pagesDone: () => caller.state.confirmed,
    isTrained: () => caller.state.coded !== undefined,
  }
  const machine = withMischief(caller, far.mischief, surroundings)
  const attendant = new Attendant({ storeMs: 0 })
  const call = connect({ near, far, machine, line, attendant, startMs: t38Ms, circumstances })
  return { setup: timeline, running: { call, line, attendant } }
}

interface Connection {
  readonly near: NearEnd
  readonly far: TerminalTraits
  readonly machine: T30Machine
  readonly line: LineSwitch
  readonly attendant: Attendant
  readonly startMs: number
  readonly circumstances: Circumstances
}

function connect({ near, far, machine, line, attendant, startMs, circumstances }: Connection): SimulatedCall {
  const random = new Random(circumstances.seed)
  const path = (conditions: PathConditions) => new Path(conditions, random.fork())
  const nearSession = new T38Session({
    machine: near.machine,
    version: 0,
    errorCorrection: near.errorCorrection,
    datagramOctetsMax: far.datagramOctetsMax,
  })
  const farSession = new T38Session({
    machine,
    version: 0,
    errorCorrection: { kind: 'redundancy', depth: far.redundancyDepth },
    datagramOctetsMax: near.datagramOctetsMax,
  })
  return new SimulatedCall({
    near: {
      session: nearSession,
      path: path(far.path),
      ...(near.attend && { attend: near.attend }),
    },
    far: { session: farSession, path: path(far.path), attend: attendant.attend },
    line,
    startMs,
    durationMaxMs: circumstances.durationMaxMs ?? DURATION_MAX_MS,
  })
}

/** An end with our usual settings. */
export function plainNearEnd(machine: T30Machine): NearEnd {
  const { datagramOctetsMax, redundancyDepth } = PLAIN_TERMINAL
  return { machine, datagramOctetsMax, errorCorrection: { kind: 'redundancy', depth: redundancyDepth } }
}
