import type { MakeMischief } from './mischief.ts'
import type { Moment } from './moment.ts'

/** Nothing but silence, as when a person has picked up the phone. */
export const saysNothing: MakeMischief = () => ({ say: () => [] })

/** Deaf, dumb and without a clock from the moment on; it holds the line all the same. */
export function fallsSilent(when: 'after' | 'instead', moment: Moment): MakeMischief {
  return (surroundings) => {
    const isNow = moment(surroundings)
    let isSilent = false
    return {
      say(transmissions) {
        if (isSilent) return []
        if (!isNow(transmissions)) return transmissions
        isSilent = true
        return when === 'after' ? transmissions : []
      },
      hear: (input) => (isSilent && input.kind !== 'carrier_lost' ? [] : [input]),
    }
  }
}

/** Takes its time to come onto the line: the first words go unsaid. */
export function saysNothingAtFirst(signals: number): MakeMischief {
  return () => {
    let unsaid = 0
    return { say: (transmissions) => (unsaid++ < signals ? [] : transmissions) }
  }
}
