import assert from 'node:assert/strict'
import { it } from 'node:test'
import { FarEnd } from './far-end.ts'
import { buildCaller } from './machines.ts'

it('While missing frames are sent again, no timer of the answer that asked for them runs', () => {
  const caller = buildCaller()
  const farEnd = new FarEnd({ role: 'caller' })
  const running = new Set<string>()
  const inputs = [
    { kind: 'start' } as const,
    ...farEnd.inputs('DIS'),
    { kind: 'sent' } as const,
    ...farEnd.inputs('CFR'),
    { kind: 'page_announced' } as const,
    { kind: 'sent' } as const,
    { kind: 'sent' } as const,
    ...farEnd.inputs('PPR 0').slice(0, 2),
  ]
  for (const input of inputs) {
    for (const effect of caller.take(input)) {
      if (effect.kind === 'start_timer') running.add(effect.timer)
      if (effect.kind === 'stop_timer') running.delete(effect.timer)
    }
  }
  assert.equal(caller.state.place.name, 'I_PAGE')
  assert.deepEqual([...running], [])
})
