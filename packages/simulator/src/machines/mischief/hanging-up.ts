import type { ControlField } from '@answerback/protocol/t30/facsimile-control-field'
import type { T30Input } from '@answerback/protocol/t30/machine'
import { MODULATIONS } from '@answerback/protocol/t30/modulation'
import { dcn, isImage, says, saysImage } from './frames.ts'
import type { MakeMischief, Surroundings } from './mischief.ts'

/** Where in a page the line goes. */
export type DropPlace = 'mid_image' | 'after_image' | 'before_answer'

/** The line drops in the call's page `page` (1-based), without a word. */
export function dropsInPage(page: number, place: DropPlace): MakeMischief {
  return ({ line, pagesDone, isTrained }) => {
    const isPage = () => isTrained() && pagesDone() === page - 1
    let hasImage = false
    return {
      hear(input) {
        const isHere = isPage()
        hasImage ||= isHere && isImage(input)
        const isNow =
          (place === 'mid_image' && hasImage) ||
          (place === 'after_image' && hasImage && input.kind === 'signal_ended')
        if (isHere && isNow) line.hangUp()
        return [input]
      },
      say(transmissions) {
        if (place !== 'before_answer' || !hasImage) return transmissions
        line.hangUp()
        return []
      },
    }
  }
}

/** A person: says nothing a fax machine knows, and hangs up. */
export function hangsUpAfter(afterMs: number): MakeMischief {
  return ({ line }) => ({
    hear(input) {
      if (input.kind === 'start') line.hangUp(afterMs)
      return [input]
    },
  })
}

/** The call stands still in the middle of the call's page `page`. */
export function freezesInPage(page: number): MakeMischief {
  return ({ line, pagesDone, isTrained }) => {
    let hasFrozen = false
    return {
      hear(input) {
        if (!hasFrozen && isTrained() && pagesDone() === page - 1 && isImage(input)) {
          hasFrozen = true
          line.freeze()
        }
        return [input]
      },
    }
  }
}

/** A calling machine whose line goes when half of the call's page `page` has left. */
export function dropsSendingPage(page: number): MakeMischief {
  return ({ line, pagesDone }) => ({
    say(transmissions) {
      if (pagesDone() === page - 1 && saysImage(transmissions)) {
        for (const each of transmissions) {
          if (each.kind !== 'image' && each.kind !== 'block') continue
          const octets = each.kind === 'image' ? each.octets.length : each.frames.length * FRAME_OCTETS
          const imageMs = (octets * 8_000) / MODULATIONS[each.modulation].bitRate
          line.hangUp(TRAINING_MS + imageMs / 2)
        }
      }
      return transmissions
    },
  })
}

const FRAME_OCTETS = 264
/** Silence, short training and flags, before the first image octet. */
const TRAINING_MS = 420

/** Says DCN in place of the nth signal that holds the field, and is gone. */
export function disconnectsInsteadOf(field: ControlField, nth = 1): MakeMischief {
  return disconnectsWhen(() => {
    let said = 0
    return (transmissions) => says(transmissions, field) && ++said === nth
  })
}

/** Says DCN in place of its nth signal, whatever that is. */
export function disconnectsInsteadOfSignal(nth: number): MakeMischief {
  return disconnectsWhen(() => {
    let said = 0
    return () => ++said === nth
  })
}

type Say = NonNullable<ReturnType<MakeMischief>['say']>

function disconnectsWhen(makeIsNow: () => (transmissions: Parameters<Say>[0]) => boolean): MakeMischief {
  return (_: Surroundings) => {
    const isNow = makeIsNow()
    let isLeaving = false
    return {
      say(transmissions) {
        if (!isNow(transmissions)) return transmissions
        isLeaving = true
        return [dcn()]
      },
      hear(input): readonly T30Input[] {
        if (!isLeaving) return [input]
        // With DCN gone the machine hangs up: to what is inside, the call is lost.
        return input.kind === 'sent' || input.kind === 'carrier_lost' ? [{ kind: 'carrier_lost' }] : []
      },
    }
  }
}
