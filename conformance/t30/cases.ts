import { answererEcm } from './answerer-ecm.ts'
import { answererPhaseB } from './answerer-phase-b.ts'
import { answererPlaces } from './answerer-places.ts'
import { answererPlain } from './answerer-plain.ts'
import { callerEcm } from './caller-ecm.ts'
import { callerPhaseB } from './caller-phase-b.ts'
import { callerPlaces } from './caller-places.ts'
import { callerPlain } from './caller-plain.ts'
import type { T30Case } from './case.ts'

/** One machine, scripted. */
export const cases: readonly T30Case[] = [
  ...callerPhaseB,
  ...callerPlain,
  ...callerEcm,
  ...callerPlaces,
  ...answererPhaseB,
  ...answererPlain,
  ...answererEcm,
  ...answererPlaces,
]
