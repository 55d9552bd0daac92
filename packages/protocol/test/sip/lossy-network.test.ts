import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { UserAgentEvent } from '@answerback/protocol/sip/agent/events'
import { createDice } from '../t4/damage.ts'
import { AUDIO, label, T38, TwoAgents, takesEverything } from './agents.ts'

const CALLS = Number(process.env.ANSWERBACK_SIP_CALLS ?? 300)
/** Long enough for every transaction and every lost BYE to be given up. */
const QUIET_MS = 200_000

/** Loses, doubles, delays and so reorders. */
function badNetwork(net: TwoAgents, seed: number, lossPercent: number): void {
  const dice = createDice(seed)
  net.fate = () => {
    if (dice(100) < lossPercent) return []
    const delayMs = 5 + dice(dice(10) === 0 ? 900 : 60)
    return dice(20) === 0 ? [delayMs, delayMs + dice(2_000)] : [delayMs]
  }
}

/** One call that goes to T.38, offered by either end or both at once, and is hung up by either end. */
function faxCall(seed: number, lossPercent: number): TwoAgents {
  const net = new TwoAgents(seed)
  badNetwork(net, seed, lossPercent)
  const offersA = seed % 3 !== 0
  const offersB = seed % 3 !== 1
  net.react.a = (event, agent, nowMs) => {
    if (event.kind === 'media_offered')
      agent.acceptOffer(event.callId, event.offer.preferred === 't38' ? T38 : AUDIO, nowMs)
    if (event.kind === 'answered' && offersA) agent.offerT38(event.callId, T38, nowMs)
  }
  net.react.b = (event, agent, nowMs) => {
    takesEverything(event, agent, nowMs)
    if (event.kind === 'answered' && offersB)
      agent.offerT38(event.callId, { ...T38, host: '192.0.2.2' }, nowMs)
  }
  const callId = net.a.placeCall(
    { trunkId: 'trunk', to: '100', from: '101', media: AUDIO, answerWithinMs: 60_000 },
    0,
  )!
  net.run(90_000)
  if (seed % 2 === 0) net.a.hangUp(callId, net.nowMs, 16)
  else {
    const incoming = net.find('b', 'incoming_call')
    if (incoming !== undefined) net.b.hangUp(incoming.callId, net.nowMs, 16)
  }
  net.run(90_000 + QUIET_MS)
  // Where every copy of a BYE was lost the other end finds out by the silence of the media, which is its owner's to see.
  for (const name of ['a', 'b'] as const) net[name].hangUp('call-1', net.nowMs)
  net.run(90_000 + 2 * QUIET_MS)
  return net
}

function ends(events: readonly UserAgentEvent[]): number {
  return events.filter(({ kind }) => kind === 'ended' || kind === 'failed').length
}

function assertClean(net: TwoAgents, seed: number): void {
  for (const name of ['a', 'b'] as const) {
    const calls = new Set(net.events[name].flatMap((event) => ('callId' in event ? [event.callId] : [])))
    assert.equal(ends(net.events[name]), calls.size, `seed ${seed}: ${name} ${net.kinds(name)}`)
    assert.equal(net[name].callCount, 0, `seed ${seed}: ${name} keeps a call`)
    assert.equal(net[name].wakeMs, Number.POSITIVE_INFINITY, `seed ${seed}: ${name} keeps an alarm`)
    assert.ok(!net.kinds(name).includes('unreadable_message'), `seed ${seed}`)
  }
}

describe('Calls over a bad network', () => {
  it('hung up by either end at any moment end once at each end, and each BYE is said soon', () => {
    for (let seed = 1; seed <= CALLS; seed++) {
      const net = new TwoAgents(seed)
      const dice = createDice(seed)
      badNetwork(net, seed, 5)
      net.react.a = net.react.b = (event, agent, nowMs) => {
        takesEverything(event, agent, nowMs)
        if (event.kind === 'answered') agent.offerT38(event.callId, T38, nowMs)
      }
      net.a.placeCall({ trunkId: 'trunk', to: '100', from: '101', media: AUDIO }, 0)
      net.run(dice(3_000))
      const isUp = net.kinds('a').includes('answered') && net.kinds('b').includes('answered')
      const hangsUp = dice(2) === 0 ? 'a' : 'b'
      // At first there is a call at one end only.
      if (!net[hangsUp].hangUp('call-1', net.nowMs)) net.a.hangUp('call-1', net.nowMs)
      net.run(net.nowMs + 10_000)
      if (isUp)
        assert.ok(
          net.ladder().some((line) => line.endsWith(' BYE')),
          `seed ${seed}: ${net.ladder()}`,
        )
      net.run(net.nowMs + QUIET_MS)
      assertClean(net, seed)
    }
  })

  it('of no loss but reordering and doubles all reach T.38 and end once at each end', () => {
    for (let seed = 1; seed <= CALLS; seed++) {
      const net = faxCall(seed, 0)
      assertClean(net, seed)
      for (const name of ['a', 'b'] as const) {
        const kinds = net.kinds(name)
        assert.ok(kinds.includes('media_changed'), `seed ${seed}: ${name} ${kinds} ${net.ladder()}`)
      }
    }
  })

  it('of 10 % loss all reach T.38 and end once at each end', () => {
    for (let seed = 1; seed <= CALLS; seed++) {
      const net = faxCall(seed, 10)
      assertClean(net, seed)
      assert.ok(net.kinds('a').includes('media_changed'), `seed ${seed}: ${net.kinds('a')}`)
    }
  })

  it('of 50 % loss end once at each end, whatever they reached', () => {
    for (let seed = 1; seed <= CALLS; seed++) assertClean(faxCall(seed, 50), seed)
  })

  it('never have the two ends believe in different media once both are quiet', () => {
    for (let seed = 1; seed <= CALLS; seed++) {
      const net = faxCall(seed, 10)
      const last = (name: 'a' | 'b') =>
        net.events[name]
          .flatMap((event) =>
            event.kind === 'media_changed' || event.kind === 'answered' ? [event.media.kind] : [],
          )
          .at(-1)
      assert.equal(last('a'), last('b'), `seed ${seed}`)
    }
  })

  it('are bounded in messages: nobody floods a network that loses everything', () => {
    const net = new TwoAgents()
    net.fate = () => []
    net.a.placeCall({ trunkId: 'trunk', to: '100', from: '101', media: AUDIO }, 0)
    net.run(600_000)
    assert.deepEqual(
      net.sent.map(({ text, atMs }) => [label(text), atMs]),
      [
        ['INVITE', 0],
        ['INVITE', 500],
        ['INVITE', 1_500],
        ['INVITE', 3_500],
        ['INVITE', 7_500],
        ['INVITE', 15_500],
        ['INVITE', 31_500],
      ],
    )
  })
})
