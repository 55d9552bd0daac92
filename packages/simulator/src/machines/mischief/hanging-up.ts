import type { T30Input } from '@answerback/protocol/t30/machine'
import { MODULATIONS } from '@answerback/protocol/t30/modulation'
import { dcn, isImage, saysImage } from './frames.ts'
import type { MakeMischief } from './mischief.ts'
import type { Moment } from './moment.ts'

/** The line drops in the middle of the image of the call's page `page` (1-based), or right after it, without a word. */
export function dropsInPage(page: number, place: 'mid_image' | 'after_image'): MakeMischief {
  return ({ line, pagesDone, isTrained }) => {
    let hasImage = false
    return {
      hear(input) {
        const isHere = isTrained() && pagesDone() === page - 1
        hasImage ||= isHere && isImage(input)
        const isNow = place === 'mid_image' ? hasImage : hasImage && input.kind === 'signal_ended'
        if (isHere && isNow) line.hangUp()
        return [input]
      },
    }
  }
}

/** The line drops in place of what the machine would say. */
export function dropsInstead(moment: Moment): MakeMischief {
  return (surroundings) => {
    const isNow = moment(surroundings)
    return {
      say(transmissions) {
        if (!isNow(transmissions)) return transmissions
        surroundings.line.hangUp()
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

/** Says DCN in place of what it would say, and is gone. */
export function disconnectsInstead(moment: Moment): MakeMischief {
  return (surroundings) => {
    const isNow = moment(surroundings)
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
