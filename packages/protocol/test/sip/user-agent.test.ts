import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { AUDIO, T38, TwoAgents, takesEverything } from './agents.ts'

describe('Two user agents', () => {
  it('go from INVITE to audio, to T.38 by re-INVITE, and to BYE', () => {
    const net = new TwoAgents()
    net.react.b = (event, agent, nowMs) => {
      takesEverything(event, agent, nowMs)
      if (event.kind === 'answered') agent.offerT38(event.callId, { ...T38, host: '192.0.2.2' }, nowMs)
    }
    net.react.a = (event, agent, nowMs) => {
      if (event.kind === 'media_offered') agent.acceptOffer(event.callId, T38, nowMs)
    }
    const callId = net.a.placeCall(
      { trunkId: 'trunk', to: '+12025550100', from: '+12025550101', media: AUDIO },
      0,
    )!
    net.run(5_000)
    net.a.hangUp(callId, net.nowMs, 16)
    net.run(60_000)
    assert.deepEqual(net.ladder(), [
      'a INVITE',
      'b 100 INVITE',
      'b 200 INVITE',
      'a ACK',
      'b INVITE',
      'a 100 INVITE',
      'a 200 INVITE',
      'b ACK',
      'a BYE',
      'b 200 BYE',
    ])
    assert.deepEqual(net.kinds('a'), ['answered', 'media_offered', 'media_changed', 'ended'])
    assert.deepEqual(net.kinds('b'), ['incoming_call', 'answered', 'media_changed', 'ended'])
    const changed = net.find('b', 'media_changed')!.media
    assert.equal(changed.kind, 't38')
    assert.deepEqual([changed.host, changed.port], ['192.0.2.1', 20_002])
    assert.deepEqual(net.find('b', 'ended'), {
      kind: 'ended',
      callId: 'call-1',
      by: 'remote',
      q850Cause: 16,
      cause: 'normal',
    })
    assert.deepEqual([net.a.callCount, net.b.callCount], [0, 0])
    assert.equal(net.a.wakeMs, Infinity)
    assert.equal(net.b.wakeMs, Infinity)
  })
})
