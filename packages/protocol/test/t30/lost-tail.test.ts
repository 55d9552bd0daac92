import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { T30Input } from '../../src/t30/machine.ts'
import { isDamaged } from '../../src/t30/received-page.ts'
import { Listener } from '../../src/t38/listener.ts'
import { FarEnd } from './far-end.ts'
import { buildAnswerer } from './machines.ts'

/** What becomes of a page without ECM when so many packets are lost between its last octet and the next signal. */
function damageOf(ended: Extract<T30Input, { kind: 'signal_ended' }>, lostPackets: number): boolean {
  const answerer = buildAnswerer({ ecm: false })
  const farEnd = new FarEnd({ role: 'answerer', sender: { scheme: 'MH', ecm: false } })
  const image = farEnd.inputs('image 1').filter(({ kind }) => kind !== 'signal_ended')
  const inputs: readonly T30Input[] = [
    { kind: 'start' },
    { kind: 'sent' },
    ...farEnd.inputs('DCS'),
    ...farEnd.inputs('TCF'),
    { kind: 'sent' },
    ...image,
    ended,
    { kind: 'gap', packets: lostPackets },
    ...farEnd.inputs('EOP'),
  ]
  const commit = inputs.flatMap((input) => answerer.take(input)).find(({ kind }) => kind === 'commit_page')
  assert.ok(commit?.kind === 'commit_page')
  return isDamaged(commit.page)
}

describe('A page whose last packets are lost', () => {
  it('is damaged when its signal went silent before it said that it was over', () => {
    assert.equal(damageOf({ kind: 'signal_ended', isCutOff: true }, 1), true)
  })

  it('is whole when its signal was over before the packets were lost', () => {
    assert.equal(damageOf({ kind: 'signal_ended' }, 22), false)
  })
})

it('A signal that goes silent is told as cut off, and one that says so as ended', () => {
  const heard: T30Input[] = []
  const listener = new Listener((input) => heard.push(input))
  listener.take({ kind: 'indicator', indicator: 'v17_14400_short_training' }, 0)
  listener.advance(listener.wakeMs)
  listener.take({ kind: 'indicator', indicator: 'v17_14400_short_training' }, 5_000)
  listener.take({ kind: 'indicator', indicator: 'no_signal' }, 5_040)
  assert.deepEqual(
    heard.filter(({ kind }) => kind === 'signal_ended'),
    [{ kind: 'signal_ended', isCutOff: true }, { kind: 'signal_ended' }],
  )
})
