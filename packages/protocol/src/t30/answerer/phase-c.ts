import type { T30Frame } from '../frame.ts'
import { parseFcd } from '../partial-page.ts'
import { type AnswererState, type AnswererStep, go, type Incoming, stay } from './answerer-state.ts'
import { BlockBuffer, concatenate } from './block-buffer.ts'
import { disconnect } from './endings.ts'

/** Some metres of an uncompressible page. A sender that goes on is not sending a page. */
export const PAGE_OCTETS_MAX = 16 * 1_048_576

/** Image octets of a page without ECM. */
export function takeImage(state: AnswererState, octets: Uint8Array): AnswererStep {
  const { incoming, settings } = state
  if (!settings || settings.ecm || !state.isTrained) return stay(state)
  const octetCount = incoming.octetCount + octets.length
  if (octetCount > PAGE_OCTETS_MAX) return disconnect(state, 'page_too_long')
  incoming.pieces.push(octets.slice())
  // What was lost just before the first octets may have been the head of the page.
  const isHeadDoubtful = incoming.octetCount === 0 && incoming.lostBefore > 0
  const gaps = incoming.gaps + (isHeadDoubtful ? 1 : 0)
  return goOnReceiving(state, { ...incoming, octetCount, gaps, lostBefore: 0 })
}

/** Packets lost for good: a hole in the page when one was coming in or cut off, else no more than a warning. */
export function takeGap(state: AnswererState, packets: number): AnswererStep {
  const { incoming, place } = state
  if (!state.settings || state.settings.ecm) return stay(state)
  const isHearing = place.name === 'F_RECEIVE' && place.hearing === 'image'
  const isInPage = isHearing || incoming.isTailDoubtful
  const changed = isInPage ? { gaps: incoming.gaps + packets } : { lostBefore: incoming.lostBefore + packets }
  return stay({ ...state, incoming: { ...incoming, ...changed } })
}

/** One frame of the block under way; only the PPS will say which block that is (T.30 A.3.6.2). */
export function takeFcd(state: AnswererState, frame: T30Frame): AnswererStep {
  const { settings, incoming } = state
  if (!settings?.ecm || !state.isTrained) return stay(state)
  const { number, image } = parseFcd(frame.information, settings.frameOctets)
  const block = incoming.block ?? new BlockBuffer()
  block.put(number, image)
  return goOnReceiving(state, { ...incoming, block })
}

/** A page may take minutes; silence may not. */
function goOnReceiving(state: AnswererState, incoming: Incoming): AnswererStep {
  const delayMs = state.options.timers.imageSilenceMs
  const wait = { kind: 'start_timer', timer: 'T2', delayMs } as const
  return go(state, { name: 'F_RECEIVE', hearing: 'image' }, [wait], { incoming, hasReceivedImage: true })
}

/** The block's octets join the page's; with frames missing, those before the first missing one. */
export function closeBlock(incoming: Incoming, isIncomplete: boolean): Incoming {
  const octets = incoming.block?.octets() ?? new Uint8Array(0)
  return {
    ...incoming,
    block: undefined,
    blocks: incoming.isIncomplete ? incoming.blocks : [...incoming.blocks, octets],
    blockOctetCount: incoming.blockOctetCount + octets.length,
    isIncomplete: incoming.isIncomplete || isIncomplete,
  }
}

/** The page as it came: its ECM blocks in a row, or its pieces without ECM. */
export function pageOctets({ blocks, pieces }: Incoming): Uint8Array {
  return concatenate(blocks.length > 0 ? blocks : pieces)
}
