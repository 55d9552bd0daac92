import type { ControlField } from '@answerback/protocol/t30/facsimile-control-field'
import { says } from './frames.ts'
import type { MakeMischief } from './mischief.ts'

/** Nothing but silence, as when a person has picked up the phone. */
export const saysNothing: MakeMischief = () => ({ say: () => [] })

/** Deaf, dumb and without a clock after the nth signal that holds the field, or in place of it; it holds the line all the same. */
export function fallsSilent(field: ControlField, nth: number, when: 'after' | 'instead'): MakeMischief {
  return () => {
    let said = 0
    let isSilent = false
    return {
      say(transmissions) {
        if (isSilent) return []
        if (!says(transmissions, field) || ++said < nth) return transmissions
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
