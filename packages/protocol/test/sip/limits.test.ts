import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { textOf } from '@answerback/protocol/sip/message/latin1'
import { AUDIO, addressOf, createAgent, label, T38, TwoAgents, takesEverything, trunkTo } from './agents.ts'
import { sdpText } from './scripted-peer.ts'

function invite(n: number, extra = ''): Uint8Array {
  const lines = [
    'INVITE sip:clinic@192.0.2.1 SIP/2.0',
    `Via: SIP/2.0/UDP 192.0.2.2:5060;branch=z9hG4bK${n}${extra}`,
    `From: <sip:x@192.0.2.2>;tag=${n}`,
    'To: <sip:clinic@192.0.2.1>',
    `Call-ID: ${n}`,
    'CSeq: 1 INVITE',
    'Contact: <sip:x@192.0.2.2>',
    'Content-Type: application/sdp',
    '',
    sdpText('audio'),
  ]
  return new TextEncoder().encode(lines.join('\r\n'))
}

describe('A user agent', () => {
  it('takes no more calls than it may, and tells the carrier to go elsewhere', () => {
    const agent = createAgent('a', 1, { limits: { callsMax: 3 } })
    for (let n = 0; n < 5; n++) agent.receive(invite(n), addressOf('b'), 0)
    const effects = agent.takeEffects()
    const said = effects.flatMap((effect) => (effect.kind === 'send' ? [label(textOf(effect.bytes))] : []))
    assert.deepEqual(said, ['100 INVITE', '100 INVITE', '100 INVITE', '503 INVITE', '503 INVITE'])
    assert.equal(effects.filter(({ kind }) => kind === 'incoming_refused').length, 2)
    agent.addTrunk(trunkTo('b'), 0)
    assert.equal(agent.placeCall({ trunkId: 'trunk', to: '1', from: '2', media: AUDIO }, 0), undefined)
  })

  it('forgets calls nobody answers', () => {
    const agent = createAgent('a', 1)
    agent.receive(invite(1), addressOf('b'), 0)
    agent.advance(180_000)
    assert.equal(agent.callCount, 0)
    const failed = agent.takeEffects().find(({ kind }) => kind === 'failed')
    assert.deepEqual(failed?.kind === 'failed' && failed.status, 480)
  })

  it('refuses an offer its owner leaves lying', () => {
    const net = new TwoAgents()
    net.react.b = (event, agent, nowMs) =>
      event.kind === 'incoming_call' && takesEverything(event, agent, nowMs)
    const callId = net.a.placeCall({ trunkId: 'trunk', to: '1', from: '2', media: AUDIO }, 0)!
    net.run(1_000)
    net.a.offerT38(callId, T38, net.nowMs)
    net.run(20_000)
    assert.deepEqual(net.find('a', 't38_refused')?.status, 488)
  })

  it('tells a second copy of an INVITE by another path from a second call', () => {
    const agent = createAgent('a', 1)
    agent.receive(invite(1), addressOf('b'), 0)
    agent.receive(invite(1, 'other'), addressOf('b'), 0)
    const said = agent
      .takeEffects()
      .flatMap((effect) => (effect.kind === 'send' ? [label(textOf(effect.bytes))] : []))
    assert.deepEqual(said, ['100 INVITE', '482 INVITE'])
    assert.equal(agent.callCount, 1)
  })

  it('says nothing to keep-alives and tells of a message nobody can read without a byte of it', () => {
    const agent = createAgent('a', 1)
    for (const text of ['', '\r\n', '\r\n\r\n', '\0'])
      agent.receive(new TextEncoder().encode(text), addressOf('b'), 0)
    assert.deepEqual(agent.takeEffects(), [])
    agent.receive(new TextEncoder().encode('SECRET sip:x SIP/2.0\r\nVia: SECRET\r\n\r\n'), addressOf('b'), 0)
    const effects = agent.takeEffects()
    assert.deepEqual(
      effects.map(({ kind }) => kind),
      ['unreadable_message'],
    )
    assert.ok(!JSON.stringify(effects).includes('SECRET'))
  })

  it('carries the caller id, the asserted identity and the fax feature tag to the far end', () => {
    const net = new TwoAgents()
    const order = {
      trunkId: 'trunk',
      to: '+12025550100',
      from: '+12025550101',
      displayName: 'Test "Zebra"\r\nX: 1',
      assertedIdentity: '+12025550102',
    }
    net.a.placeCall({ ...order, media: AUDIO }, 0)
    net.run(100)
    const incoming = net.find('b', 'incoming_call')!
    assert.deepEqual(incoming.caller, {
      user: '+12025550101',
      host: 'carrier.example',
      assertedUser: '+12025550102',
    })
    assert.deepEqual([incoming.called, incoming.isFax, incoming.from], ['+12025550100', true, addressOf('a')])
    assert.match(net.sent[0]!.text, /\r\nFrom: "Test ZebraX: 1" <sip:\+12025550101@carrier.example>;tag=/)
  })

  it('on a stream sends each request once and keeps to the connection', () => {
    const agent = createAgent('a', 1)
    agent.addTrunk(trunkTo('b', { address: addressOf('b', 'tcp') }), 0)
    agent.placeCall({ trunkId: 'trunk', to: '1', from: '2', media: AUDIO }, 0)
    agent.advance(31_999)
    const sends = agent.takeEffects().filter((effect) => effect.kind === 'send')
    assert.equal(sends.length, 1)
    const text = textOf(sends[0]!.bytes)
    assert.match(text, /Via: SIP\/2\.0\/TCP 192\.0\.2\.1:5060;rport;branch=z9hG4bK/)
    assert.match(text, /Contact: <sip:clinic@192\.0\.2\.1:5060;transport=tcp>;\+sip\.fax="t38"/)
    assert.equal(sends[0]!.to.transport, 'tcp')
  })

  it('names the Contact to connect to when the connection of the caller is gone', () => {
    const agent = createAgent('a', 1)
    const source = { transport: 'tcp', host: '192.0.2.2', port: 49_152 } as const
    agent.receive(invite(1), source, 0)
    agent.acceptCall('call-1', { media: AUDIO }, 0)
    agent.advance(40_000)
    const byes = agent
      .takeEffects()
      .filter((effect) => effect.kind === 'send')
      .slice(-1)
    assert.equal(label(textOf(byes[0]!.bytes)), 'BYE')
    assert.deepEqual(byes[0]!.to, { ...source, orElse: { transport: 'tcp', host: '192.0.2.2', port: 5060 } })
  })

  it('sends requests inside a dialog along the recorded route, to the Contact at its end', () => {
    const agent = createAgent('a', 1)
    const route = 'Record-Route: <sip:198.51.100.1:5080;lr>, <sip:198.51.100.2;lr>\r\nContact:'
    const text = textOf(invite(1)).replace('Contact:', route)
    agent.receive(new TextEncoder().encode(text), addressOf('b'), 0)
    agent.acceptCall('call-1', { media: AUDIO }, 0)
    const ok = agent
      .takeEffects()
      .flatMap((effect) => (effect.kind === 'send' ? [textOf(effect.bytes)] : []))
      .at(-1)!
    const tag = /\r\nTo: .*;tag=(\w+)/.exec(ok)![1]
    const ack = textOf(invite(1, 'ack'))
      .replaceAll('INVITE', 'ACK')
      .replace('To: <sip:clinic@192.0.2.1>', `To: <sip:clinic@192.0.2.1>;tag=${tag}`)
    agent.receive(new TextEncoder().encode(ack), addressOf('b'), 10)
    agent.hangUp('call-1', 20, 16)
    const bye = agent.takeEffects().find((effect) => effect.kind === 'send')!
    assert.ok(bye.kind === 'send')
    assert.deepEqual([bye.to.host, bye.to.port], ['198.51.100.1', 5080])
    assert.match(textOf(bye.bytes), /^BYE sip:x@192\.0\.2\.2 SIP\/2\.0\r\n/)
    assert.match(
      textOf(bye.bytes),
      /Route: <sip:198\.51\.100\.1:5080;lr>\r\nRoute: <sip:198\.51\.100\.2;lr>\r\n/,
    )
    assert.match(textOf(bye.bytes), /Reason: Q\.850;cause=16\r\n/)
  })
})
