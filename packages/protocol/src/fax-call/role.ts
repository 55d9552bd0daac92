import { Answerer } from '../t30/answerer/answerer.ts'
import type { AnswererOptions } from '../t30/answerer/answerer-state.ts'
import { Caller } from '../t30/caller/caller.ts'
import type { CallerOptions } from '../t30/caller/caller-state.ts'
import type { T30Machine } from '../t30/machine.ts'
import { fastestModulation, MODULATIONS, type Modem } from '../t30/modulation.ts'

/** Who we are in the call, with all the T.30 machine needs to know. */
export type FaxRole =
  | { readonly kind: 'caller'; readonly bitRateMax: number; readonly options: CallerOptions }
  | { readonly kind: 'answerer'; readonly bitRateMax: number; readonly options: AnswererOptions }

interface Agreed {
  /** bit/s, from SDP. */
  readonly bitRateMax: number
  /** The audio lead-in has said CED long enough. */
  readonly isCedHeard: boolean
}

/** The T.30 machine of one end, held to what the T.38 session agreed on. */
export function buildMachine(role: FaxRole, agreed: Agreed): T30Machine {
  const bitRateMax = Math.min(role.bitRateMax, agreed.bitRateMax)
  if (role.kind === 'caller') {
    const { options } = role
    return new Caller({ ...options, limits: { ...options.limits, bitRateMax } })
  }
  const { options } = role
  const modems = modemsWithin(options.capabilities.modems, bitRateMax)
  const cedMs = agreed.isCedHeard ? 0 : options.cedMs
  return new Answerer({ ...options, cedMs, capabilities: { ...options.capabilities, modems } })
}

/** A DIS names modems, not rates: only those whose fastest rate is allowed, and the slowest modem always. */
function modemsWithin(modems: ReadonlySet<Modem>, bitRateMax: number): ReadonlySet<Modem> {
  const allowed = [...modems].filter((modem) => {
    const fastest = fastestModulation(new Set([modem]), Number.POSITIVE_INFINITY)
    return modem === 'V27TER' || (fastest !== undefined && MODULATIONS[fastest].bitRate <= bitRateMax)
  })
  return new Set(allowed)
}
