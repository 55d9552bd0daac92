import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FaxCall } from '../../src/fax-call/fax-call.ts'
import { callerOptions, PROFILE } from './two-endpoints.ts'

test('a call whose dialog never says anything is hung up on after three hours, and not before', () => {
  let hangUps = 0
  const nothing = () => undefined
  const signalling = {
    offerT38: nothing,
    acceptOffer: nothing,
    refuseOffer: nothing,
    hangUp: () => {
      hangUps++
    },
  }
  const call = new FaxCall(
    {
      key: 'att_1',
      role: { kind: 'caller', bitRateMax: 14_400, options: callerOptions() },
      profile: PROFILE,
      port: { host: '127.0.0.1', port: 30_000 },
      entropy: (count) => new Uint8Array(count),
    },
    signalling,
    1_000,
  )
  const dueMs = 1_000 + 3 * 3_600_000
  assert.equal(call.wakeMs, dueMs)
  call.advance(dueMs - 1)
  assert.equal(call.hasEnded, false)
  call.advance(dueMs)
  assert.equal(hangUps, 1)
  const ended = call.takeEffects().find(({ kind }) => kind === 'call_ended')
  assert.ok(ended?.kind === 'call_ended')
  assert.equal(ended.end.outcome.kind, 'canceled')
  assert.ok(ended.end.timeline.some(({ what }) => what === 'call too long'))
  assert.equal(call.wakeMs, Number.POSITIVE_INFINITY)
})
