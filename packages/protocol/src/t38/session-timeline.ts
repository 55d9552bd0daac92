import { describeFrame } from '../t30/describe-frame.ts'
import type { T30Input, Transmission } from '../t30/machine.ts'
import type { TimelineEntry } from '../t30/timeline.ts'

/** FCD and RCP come by the hundred; a block is told by its PPS. */
const IN_MESSAGE = new Set([0x60, 0x61, 0xe0, 0xe1])

type Told = Omit<TimelineEntry, 'atMs'>

/** What of a session's traffic a person wants to read: every frame but those inside a block, and every signal. */
export function tellSignal(transmission: Transmission): Told | undefined {
  switch (transmission.kind) {
    case 'ced':
      return { direction: 'sent', what: 'CED' }
    case 'control':
      return undefined
    case 'training_check':
      return { direction: 'sent', what: 'TCF', detail: { modulation: transmission.modulation } }
    case 'image':
      return {
        direction: 'sent',
        what: 'image',
        detail: { modulation: transmission.modulation, octets: transmission.octets.length },
      }
    case 'block':
      return {
        direction: 'sent',
        what: 'image block',
        detail: { modulation: transmission.modulation, frames: transmission.frames.length },
      }
  }
}

/** A control frame as a line of the timeline; `undefined` for those that carry image, which are counted and not told. */
export function tellFrame(direction: 'sent' | 'received', octets: Uint8Array): Told | undefined {
  if (IN_MESSAGE.has(octets[2] ?? 0)) return undefined
  return { direction, ...describeFrame(octets) }
}

/** Anything else that the machine heard, where a person wants to know it. */
export function tellHeard(input: T30Input): Told | undefined {
  switch (input.kind) {
    case 'tone':
      return { direction: 'received', what: input.tone }
    case 'signal_started':
      return input.carrier === 'V21'
        ? undefined
        : { direction: 'received', what: 'image signal', detail: { modulation: input.carrier } }
    case 'frame':
      return tellFrame('received', input.octets)
    case 'frame_damaged':
      return { direction: 'received', what: 'damaged frame' }
    case 'gap':
      return { direction: 'local', what: 'packets lost', detail: { packets: input.packets } }
    case 'timer':
      return { direction: 'local', what: `${input.timer} ran out` }
    case 'carrier_lost':
      return { direction: 'local', what: 'call lost' }
    case 'hang_up':
      return { direction: 'local', what: 'hang up' }
    default:
      return undefined
  }
}
