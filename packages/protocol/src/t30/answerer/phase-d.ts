import { judgeCopy } from '../copy-quality.ts'
import type { T30Frame } from '../frame.ts'
import type { T30Input } from '../machine.ts'
import { buildPpr, type PostMessage, parseEor, parsePps } from '../partial-page.ts'
import { readReceivedPage } from '../received-page.ts'
import { parseModulation } from '../settings.ts'
import {
  type AfterResponse,
  type AnswererState,
  type AnswererStep,
  after,
  go,
  nothingIncoming,
  type Pending,
  stay,
} from './answerer-state.ts'
import { BlockBuffer } from './block-buffer.ts'
import { disconnect, stopTimers } from './endings.ts'
import { closeBlock, PAGE_OCTETS_MAX, pageOctets } from './phase-c.ts'
import { ownFrame, respond } from './responses.ts'

/** So many packets cannot be the answer's loss alone: a page went by that was not seen. */
const PACKETS_OF_A_LOST_PAGE = 12

const AFTER_PAGE: Readonly<Record<PostMessage, AfterResponse>> = {
  MPS: 'receive',
  EOM: 'phase_b',
  EOP: 'receive',
}

/** MPS, EOM or EOP after a page without ECM. */
export function takePostMessage(state: AnswererState, command: PostMessage): AnswererStep {
  const { incoming, settings } = state
  if (!settings || settings.ecm || !state.isTrained) return stay(state)
  const isUnlikely = !incoming.wasHeard && incoming.lostBefore < PACKETS_OF_A_LOST_PAGE
  // No page follows the last: what was lost since its MCF is MCF's and EOP's own, however much it is. RTN would have a page
  // sent again that is already here.
  const isNoPage = incoming.octetCount === 0 && (isUnlikely || state.isComplete)
  if (isNoPage && state.lastAnswer?.command === command) return repeatAnswer(state)
  const page = readReceivedPage(
    { number: state.pages + 1, octets: pageOctets(incoming), gaps: incoming.gaps, isIncomplete: false },
    settings,
  )
  if (judgeCopy(page, incoming.pieces.length, state.options.copyQuality) === 'MCF') {
    return commit(state, page, { command, after: command, response: 'MCF', isCommitted: false })
  }
  const { rows, damage } = page
  const note = { kind: 'note', what: 'page refused', detail: { rows, badRows: damage.badRows } } as const
  const refused = { ...state, incoming: nothingIncoming() }
  return after([note], respond(refused, command, ownFrame('RTN', true), 'receive'))
}

/** PPS after a block. Frames still missing are asked for; a whole page goes to the driver. */
export function takePps(state: AnswererState, frame: T30Frame): AnswererStep {
  const { settings, incoming } = state
  if (!settings?.ecm || !state.isTrained) return stay(state)
  const signal = parsePps(frame.information)
  const command = `PPS-${signal.after} ${signal.page} ${signal.block}`
  if (state.pending) return state.pending.command === command ? answerWhenCommitted(state) : stay(state)
  if (!incoming.block && state.lastAnswer?.command === command) return repeatAnswer(state)
  const block = incoming.block ?? new BlockBuffer()
  block.settleCount(signal.frames)
  if (!block.isWhole) {
    const held = { ...state, incoming: { ...incoming, block } }
    const note = { kind: 'note', what: 'frames missing', detail: { frames: block.missingCount } } as const
    const ppr = ownFrame(
      'PPR',
      true,
      buildPpr((number) => block.isMissing(number)),
    )
    return after([note], respond(held, 'PPS incomplete', ppr, 'receive'))
  }
  const closed = { ...state, incoming: closeBlock({ ...incoming, block }, false) }
  if (closed.incoming.blockOctetCount > PAGE_OCTETS_MAX) return disconnect(state, 'page_too_long')
  if (signal.after === 'NULL') return respond(closed, command, ownFrame('MCF', true), 'receive')
  return commitBlocks(closed, { command, after: signal.after, response: 'MCF', isCommitted: false })
}

/** EOR: the sender gives up the missing frames (T.30 A.4.3.3). What there is of the page is kept, and marked. */
export function takeEor(state: AnswererState, frame: T30Frame): AnswererStep {
  const { settings, incoming } = state
  if (!settings?.ecm || !state.isTrained) return stay(state)
  const command = parseEor(frame.information)
  const name = `EOR-${command}`
  if (!incoming.block && state.lastAnswer?.command === name) return repeatAnswer(state)
  const closed = { ...state, incoming: closeBlock(incoming, true) }
  if (command === 'NULL') return respond(closed, name, ownFrame('ERR', true), 'receive')
  return commitBlocks(closed, { command: name, after: command, response: 'ERR', isCommitted: false })
}

function commitBlocks(state: AnswererState, pending: Pending): AnswererStep {
  const { incoming } = state
  const octets = pageOctets(incoming)
  const { isIncomplete } = incoming
  const page = readReceivedPage({ number: state.pages + 1, octets, gaps: 0, isIncomplete }, state.settings!)
  return commit(state, page, pending)
}

/** The page is the driver's now; nothing is said of it before it is durable. */
function commit(
  state: AnswererState,
  page: ReturnType<typeof readReceivedPage>,
  pending: Pending,
): AnswererStep {
  const { timers } = state.options
  return go(
    state,
    { name: 'III_COMMITTING' },
    [
      ...stopTimers('T2', 'signal'),
      { kind: 'start_timer', timer: 'patience', delayMs: timers.commitPatienceMs },
      { kind: 'start_timer', timer: 'driver', delayMs: timers.t5Ms },
      { kind: 'commit_page', page },
    ],
    { pending, incoming: nothingIncoming() },
  )
}

/** In any place: the driver's word about the page it was given. */
export function takeCommitment(state: AnswererState, isCommitted: boolean): AnswererStep {
  if (!state.pending || state.place.name === 'C_DCN') return stay(state)
  if (!isCommitted) return disconnect(state, 'not_recorded')
  const committed = { ...state, pending: { ...state.pending, isCommitted: true } }
  return state.place.name === 'III_COMMITTING' ? answerPage(committed) : stay(committed)
}

/** Storage is slow: RNR keeps an ECM sender waiting (A.5.4.1); one without ECM repeats its command by itself. */
export function awaitCommitment(state: AnswererState, input: T30Input): AnswererStep {
  if (input.kind !== 'timer') return stay(state)
  if (input.timer === 'driver') return disconnect(state, 'not_recorded')
  if (input.timer !== 'patience' || !state.settings?.ecm) return stay(state)
  return respond(state, 'not ready', ownFrame('RNR', true), 'receive')
}

/** RR, or the same PPS again, while the page is with the driver. */
export function answerWhenCommitted(state: AnswererState): AnswererStep {
  if (!state.pending) return repeatAnswer(state)
  if (state.pending.isCommitted) return answerPage(state)
  const { commitPatienceMs } = state.options.timers
  return go(state, { name: 'III_COMMITTING' }, [
    ...stopTimers('T2', 'signal'),
    { kind: 'start_timer', timer: 'patience', delayMs: commitPatienceMs },
  ])
}

function answerPage(state: AnswererState): AnswererStep {
  const { command, after: closing, response } = state.pending!
  const answered: AnswererState = {
    ...state,
    pending: undefined,
    pages: state.pages + 1,
    isComplete: closing === 'EOP' && response === 'MCF',
  }
  const step = respond(answered, command, ownFrame(response, true), AFTER_PAGE[closing])
  return after(stopTimers('driver'), step)
}

/** CTC: the sender goes on at another speed (A.4.3.2). @throws {ParseError} */
export function changeRate(state: AnswererState, frame: T30Frame): AnswererStep {
  const { settings } = state
  if (!settings?.ecm || !state.isTrained) return stay(state)
  const modulation = parseModulation(frame.information)
  const slower = { ...state, settings: { ...settings, modulation } }
  return respond(slower, 'CTC', ownFrame('CTR', true), 'receive')
}

/** The caller did not hear the last answer: the very same again (T.30 §5.4.2). It decides nothing anew. */
export function repeatAnswer(state: AnswererState): AnswererStep {
  const { lastAnswer } = state
  return lastAnswer ? respond(state, lastAnswer.command, lastAnswer.frame, lastAnswer.then) : stay(state)
}
