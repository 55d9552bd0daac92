import { codePage } from '../code-page.ts'
import { buildFrame } from '../frame.ts'
import type { T30Effect, T30Input, Transmission } from '../machine.ts'
import { negotiate } from '../negotiate.ts'
import { buildFcdInformation, FRAMES_PER_BLOCK_MAX, type PostMessage } from '../partial-page.ts'
import type { Settings } from '../settings.ts'
import {
  type Block,
  type CallerState,
  type CallerStep,
  type CodedForLine,
  type Command,
  currentPage,
  go,
  isLastPage,
  stay,
} from './caller-state.ts'
import { sendCommand } from './commands.ts'
import { disconnect } from './endings.ts'

/** Before its first octet leaves, the page is put on record as leaving. */
export function announcePage(state: CallerState, first: readonly T30Effect[] = []): CallerStep {
  return go(state, { name: 'I_ANNOUNCING' }, [
    ...first,
    { kind: 'stop_timer', timer: 'T4' },
    { kind: 'stop_timer', timer: 'signal' },
    { kind: 'start_timer', timer: 'driver', delayMs: state.options.timers.driverMs },
    { kind: 'announce_page', page: currentPage(state).number, isFinal: isLastPage(state) },
  ])
}

/** The driver puts on record that the page is about to leave; only then it does, so that a crash cannot hide it. */
export function awaitAnnouncement(state: CallerState, input: T30Input): CallerStep {
  if (input.kind === 'timer' && input.timer === 'driver') return disconnect(state, 'not_recorded')
  if (input.kind !== 'page_announced') return stay(state)
  const { state: next, effects } = sendPage(state)
  return { state: next, effects: [{ kind: 'stop_timer', timer: 'driver' }, ...effects] }
}

function sendPage(before: CallerState): CallerStep {
  const settings = before.settings!
  const coded = codeForLine(before, settings)
  const state = { ...before, coded, hasSentImage: true }
  if (settings.ecm) return sendBlock({ ...state, block: cutBlock(coded, settings, 0) })
  const { modulation } = settings
  const { training } = state
  const next: Command = { kind: 'POST', after: postMessageFor(state) }
  const image: Transmission = { kind: 'image', modulation, training, octets: coded.octets }
  return go(state, { name: 'I_PAGE', next }, [{ kind: 'transmit', transmissions: [image] }], {
    block: undefined,
  })
}

function codeForLine(state: CallerState, settings: Settings): CodedForLine {
  const octets = codePage(currentPage(state), settings)
  const blockOctets = settings.frameOctets * FRAMES_PER_BLOCK_MAX
  return { octets, blocks: Math.max(1, Math.ceil(octets.length / blockOctets)) }
}

/** The last frame is filled up with zeros, which every receiver takes (T.30 A.3.6.2). */
function cutBlock(coded: CodedForLine, settings: Settings, number: number): Block {
  const { frameOctets } = settings
  const start = number * frameOctets * FRAMES_PER_BLOCK_MAX
  const end = Math.min(coded.octets.length, start + frameOctets * FRAMES_PER_BLOCK_MAX)
  const frames: Uint8Array[] = []
  for (let at = start; at < end; at += frameOctets) {
    const image = new Uint8Array(frameOctets)
    image.set(coded.octets.subarray(at, Math.min(at + frameOctets, end)))
    const information = buildFcdInformation(frames.length, image)
    frames.push(buildFrame({ field: 'FCD', isFinal: false, hasReceivedDis: false, information }))
  }
  return { number, frames, missing: frames.map((_, index) => index), repeatRequests: 0 }
}

/** The frames still missing, then PPS. */
export function sendBlock(state: CallerState): CallerStep {
  const block = state.block!
  const { modulation } = state.settings!
  const frames = block.missing.map((number) => block.frames[number]!)
  const next: Command = { kind: 'PPS', after: afterBlock(state), frames: frames.length }
  const transmission: Transmission = { kind: 'block', modulation, training: state.training, frames }
  // After a PPR the bounds of that answer still run.
  const effects: readonly T30Effect[] = [
    { kind: 'stop_timer', timer: 'T4' },
    { kind: 'stop_timer', timer: 'signal' },
    { kind: 'transmit', transmissions: [transmission] },
  ]
  return go(state, { name: 'I_PAGE', next }, effects, { training: 'short' })
}

/** The block after the current one of the same page (T.30 Annex A.3). */
export function sendNextBlock(state: CallerState): CallerStep {
  return sendBlock({ ...state, block: cutBlock(state.coded!, state.settings!, state.block!.number + 1) })
}

/** What PPS says after the current block: NULL within a page, else what follows the page. */
export function afterBlock(state: CallerState): PostMessage | 'NULL' {
  const isLastBlock = state.block!.number === state.coded!.blocks - 1
  return isLastBlock ? postMessageFor(state) : 'NULL'
}

/** While image is on the line only its end matters; whatever comes in meanwhile is noise of a half-duplex line. */
export function awaitPageSent(state: CallerState, input: T30Input): CallerStep {
  if (state.place.name !== 'I_PAGE' || input.kind !== 'sent') return stay(state)
  return sendCommand(state, state.place.next)
}

/** MPS when the next page needs the same settings, EOM to go back to phase B for others, EOP after the last (§5.3.6.1.6). */
function postMessageFor(state: CallerState): PostMessage {
  if (isLastPage(state)) return 'EOP'
  const following = state.options.pages[state.index + 1]!
  const settings = state.settings!
  const wanted = negotiate(following, state.receiver!, state.options.limits)!
  const isSame = wanted.resolution === settings.resolution && wanted.width === settings.width
  return isSame ? 'MPS' : 'EOM'
}
