import assert from 'node:assert/strict'
import { it } from 'node:test'
import { controlFieldOf } from '../../src/t30/facsimile-control-field.ts'
import type { T30Effect, T30Input } from '../../src/t30/machine.ts'
import { FarEnd } from './far-end.ts'
import { buildAnswerer } from './machines.ts'

function answerTo(closing: 'MPS' | 'EOP'): (string | undefined)[] {
  const answerer = buildAnswerer({ ecm: false })
  const farEnd = new FarEnd({ role: 'answerer', sender: { scheme: 'MH', ecm: false } })
  const feed = (...inputs: readonly T30Input[]) => inputs.flatMap((input) => answerer.take(input))
  feed({ kind: 'start' }, { kind: 'sent' })
  feed(...farEnd.inputs('DCS'), ...farEnd.inputs('TCF'), { kind: 'sent' })
  feed(...farEnd.inputs('image 1'), ...farEnd.inputs(closing), { kind: 'page_committed' }, { kind: 'sent' })
  return feed({ kind: 'gap', packets: 40 }, ...farEnd.inputs(closing)).flatMap(fieldsSaid)
}

function fieldsSaid(effect: T30Effect): (string | undefined)[] {
  if (effect.kind !== 'transmit') return []
  return effect.transmissions.flatMap((each) =>
    each.kind === 'control' ? each.frames.map((frame) => controlFieldOf(frame[2]!)) : [],
  )
}

it('An EOP that is said again after many lost packets is confirmed again: no page can have gone by after the last', () => {
  assert.deepEqual(answerTo('EOP'), ['MCF'])
})

it('An MPS that is said again after many lost packets is refused: a page may have gone by', () => {
  assert.deepEqual(answerTo('MPS'), ['RTN'])
})
