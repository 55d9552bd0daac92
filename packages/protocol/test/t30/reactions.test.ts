import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { answererPlaceTable } from '../../../../conformance/t30/answerer-places.ts'
import { callerPlaceTable } from '../../../../conformance/t30/caller-places.ts'
import type { Step, T30Case } from '../../../../conformance/t30/case.ts'
import { HEARINGS as ANSWERER, reactionTo as ofAnswerer } from '../../src/t30/answerer/reactions.ts'
import { HEARINGS as CALLER, reactionTo as ofCaller } from '../../src/t30/caller/reactions.ts'
import { CONTROL_FIELD_NAMES } from '../../src/t30/facsimile-control-field.ts'
import { reactionsPage } from './reactions-page.ts'
import { runScript } from './scripted-call.ts'

const PAGE = join(import.meta.dirname, '../../../../docs/reference/t30-reactions.md')

/** Places in which a frame meets a machine; the last two hear nothing, and are seen in the cases about DCN. */
const SEEN_ELSEWHERE = ['C_DCN', 'ENDED']

describe('The table of frames and places', () => {
  it('is the one in docs/reference/t30-reactions.md (ANSWERBACK_WRITE_REFERENCE=1 writes it)', () => {
    if (process.env.ANSWERBACK_WRITE_REFERENCE === '1') writeFileSync(PAGE, reactionsPage())
    assert.equal(readFileSync(PAGE, 'utf8'), reactionsPage())
  })

  it('has a place of the cases for each of its own', () => {
    const ofCases = (places: readonly { hearing: string }[]) =>
      [...new Set(places.map(({ hearing }) => hearing)), ...SEEN_ELSEWHERE].sort()
    assert.deepEqual(ofCases(callerPlaceTable), [...CALLER].sort())
    assert.deepEqual(ofCases(answererPlaceTable), [...ANSWERER].sort())
  })

  for (const place of callerPlaceTable) {
    const base = {
      role: 'caller',
      caller: place.caller,
      ...(place.plain && { receiver: { ecm: false } }),
    } as const
    it(`tells the truth about what the caller ignores ${place.clause}`, () => {
      assertIgnores(place, base, (field) => ofCaller(field, place.hearing) === 'ignore')
    })
  }

  for (const place of answererPlaceTable) {
    const sender = place.plain && ({ ecm: false, scheme: 'MR' } as const)
    const base = { role: 'answerer', answerer: place.answerer, ...(sender && { sender }) } as const
    it(`tells the truth about what the answerer ignores ${place.clause}`, () => {
      assertIgnores(place, base, (field) => ofAnswerer(field, place.hearing) === 'ignore')
    })
  }
})

function assertIgnores(
  {
    name,
    steps,
    afterNoise,
  }: { readonly name: string; readonly steps: readonly Step[]; readonly afterNoise: string },
  base: Omit<T30Case, 'id' | 'sentence' | 'steps'>,
  isIgnored: (field: (typeof CONTROL_FIELD_NAMES)[number]) => boolean,
): void {
  const ignored = CONTROL_FIELD_NAMES.filter(isIgnored)
  assert.ok(ignored.length > 20)
  for (const field of ignored) {
    const give = WITH_INFORMATION[field] ?? field
    runScript({
      ...base,
      id: `${name} ${field}`,
      sentence: '',
      steps: [...steps, { give }, { expect: afterNoise }],
    })
  }
}

/** Whole frames, so that they are not ignored for being cut short. */
const WITH_INFORMATION: Readonly<Record<string, string>> = {
  PPS: 'PPS-EOP 0 0 3',
  PPR: 'PPR 1',
  EOR: 'EOR-EOP',
  CTC: 'CTC V17_9600',
  FCD: 'junk',
}
