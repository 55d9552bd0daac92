import type { ControlField } from '@answerback/protocol/t30/facsimile-control-field'
import type { Transmission } from '@answerback/protocol/t30/machine'
import { says } from './frames.ts'
import type { Surroundings } from './mischief.ts'

/** Tells, of each thing the machine is about to say, whether this is it. Counts: ask it once for each. */
export type Moment = (surroundings: Surroundings) => (transmissions: readonly Transmission[]) => boolean

/** The nth time it says the field. */
export function saying(field: ControlField, nth = 1): Moment {
  return () => {
    let said = 0
    return (transmissions) => says(transmissions, field) && ++said === nth
  }
}

/** The MCF that confirms the call's page `page` (1-based): not one of its blocks, of which a long page has several. */
export function confirmingPage(page: number): Moment {
  return ({ pagesDone }) =>
    (transmissions) =>
      says(transmissions, 'MCF') && pagesDone() >= page
}

/** Its nth signal, whatever that is. */
export function signal(nth: number): Moment {
  return () => {
    let said = 0
    return () => ++said === nth
  }
}
