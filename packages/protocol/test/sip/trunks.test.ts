import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { UserAgentEvent } from '@answerback/protocol/sip/agent/events'
import type { TrunkSettings } from '@answerback/protocol/sip/agent/options'
import type { UserAgent } from '@answerback/protocol/sip/agent/user-agent'
import { textOf } from '@answerback/protocol/sip/message/latin1'
import { addressOf, createAgent, label, trunkTo } from './agents.ts'

/** Status line and headers, or silence. `n` counts requests from 1. */
type Answer = (request: string, n: number) => readonly string[] | undefined

/** One agent and a registrar made of a function: what to say to each request, or silence. */
class OneTrunk {
  readonly agent: UserAgent
  readonly events: UserAgentEvent[] = []
  readonly sent: { text: string; atMs: number }[] = []
  readonly #answer: Answer
  #nowMs = 0

  constructor(settings: Partial<TrunkSettings>, answer: Answer) {
    this.agent = createAgent('a', 9)
    this.#answer = answer
    this.agent.addTrunk(trunkTo('b', settings), 0)
  }

  run(untilMs: number): void {
    for (;;) {
      this.#take()
      if (this.agent.wakeMs > untilMs) break
      this.#nowMs = this.agent.wakeMs
      this.agent.advance(this.#nowMs)
    }
    this.#nowMs = untilMs
    this.agent.advance(untilMs)
  }

  #take(): void {
    for (const effect of this.agent.takeEffects()) {
      if (effect.kind !== 'send') {
        this.events.push(effect)
        continue
      }
      const text = textOf(effect.bytes)
      this.sent.push({ text, atMs: this.#nowMs })
      const answer = this.#answer(text, this.sent.length)
      if (answer === undefined) continue
      const [start, ...extra] = answer
      const kept = text.split('\r\n').filter((line) => /^(From|Call-ID|CSeq|To): /.test(line))
      const via = /\r\n(Via: .*)\r\n/.exec(text)![1]!.replace('rport', 'rport=61000;received=203.0.113.5')
      const lines = [`SIP/2.0 ${start}`, via, ...kept, ...extra, '', '']
      this.agent.receive(new TextEncoder().encode(lines.join('\r\n')), addressOf('b'), this.#nowMs)
      this.#take()
    }
  }
}

const HOUR_MS = 3_600_000
const credentials = { username: 'clinic', password: 'secret' }

describe('A registration', () => {
  it('answers the challenge, is told, and is renewed before it expires under the same Call-ID', () => {
    const trunk = new OneTrunk({ registerSeconds: 600, credentials }, (request) =>
      request.includes('Authorization')
        ? ['200 OK', 'Contact: <sip:other@192.0.2.9>;expires=30, <sip:clinic@192.0.2.1:5060>;expires=300']
        : ['401 No', 'WWW-Authenticate: Digest realm="r", nonce="n", qop="auth"'],
    )
    trunk.run(1_000_000)
    const seenAs = { host: '203.0.113.5', port: 61_000 }
    assert.deepEqual(trunk.events[0], { kind: 'registered', trunkId: 'trunk', expiresSeconds: 300, seenAs })
    assert.deepEqual(
      trunk.sent.map(({ atMs }) => atMs),
      [0, 0, 260_000, 520_000, 780_000],
    )
    assert.equal(new Set(trunk.sent.map(({ text }) => /Call-ID: (.*)/.exec(text)![1])).size, 1)
    assert.deepEqual(
      trunk.sent.map(({ text }) => /CSeq: (\d+)/.exec(text)![1]),
      ['1', '2', '3', '4', '5'],
    )
  })

  it('that is too short asks again for as long as the registrar wants', () => {
    const trunk = new OneTrunk({ registerSeconds: 60 }, (request) =>
      request.includes('Expires: 60\r\n')
        ? ['423 Too Brief', 'Min-Expires: 900']
        : ['200 OK', 'Expires: 900'],
    )
    trunk.run(1_000)
    assert.match(trunk.sent[1]!.text, /\r\nExpires: 900\r\n/)
    assert.equal(trunk.events[0]?.kind, 'registered')
  })

  it('that fails is tried again, later each time, and never later than half an hour', () => {
    const trunk = new OneTrunk({ registerSeconds: 60 }, () => ['403 No'])
    trunk.run(12 * HOUR_MS)
    const waits = trunk.events.map((event) => (event.kind === 'registration_failed' ? event.retryInMs : 0))
    assert.ok(waits[0]! >= 15_000 && waits[0]! <= 30_000)
    assert.ok(waits.every((wait) => wait > 0 && wait <= 1_800_000))
    assert.ok(waits.at(-1)! >= 900_000)
    assert.ok(trunk.sent.length < 60, `${trunk.sent.length} requests`)
  })

  it('waits as long as a registrar that is overloaded asks for', () => {
    const trunk = new OneTrunk({ registerSeconds: 60 }, () => ['503 Busy', 'Retry-After: 600'])
    trunk.run(1_000)
    assert.deepEqual(trunk.events[0], {
      kind: 'registration_failed',
      trunkId: 'trunk',
      status: 503,
      cause: 'congestion',
      retryInMs: 600_000,
    })
  })

  it('with wrong credentials does not try them for ever', () => {
    const trunk = new OneTrunk({ registerSeconds: 60, credentials }, (_, n) => [
      '401 No',
      `WWW-Authenticate: Digest realm="r", nonce="n${n}", qop="auth"`,
    ])
    trunk.run(1_000)
    assert.equal(trunk.sent.length, 4)
    assert.equal(trunk.events[0]?.kind, 'registration_failed')
  })

  it('nobody answers is a carrier that is down', () => {
    const trunk = new OneTrunk({ registerSeconds: 60 }, () => undefined)
    trunk.run(40_000)
    assert.deepEqual(
      trunk.events.map((event) => event.kind === 'registration_failed' && [event.status, event.cause]),
      [[408, 'carrier_down']],
    )
  })

  it('is taken back when its trunk is removed', () => {
    const trunk = new OneTrunk({ registerSeconds: 60 }, () => ['200 OK'])
    trunk.run(1_000)
    trunk.agent.removeTrunk('trunk', 1_000)
    trunk.run(HOUR_MS)
    assert.match(trunk.sent.at(-1)!.text, /\r\nExpires: 0\r\n/)
    assert.equal(trunk.sent.length, 2)
    assert.equal(trunk.agent.wakeMs, Number.POSITIVE_INFINITY)
  })

  it('goes on under new settings without being taken back between', () => {
    const trunk = new OneTrunk({ registerSeconds: 60 }, () => ['200 OK'])
    trunk.run(1_000)
    trunk.agent.addTrunk(trunkTo('b', { registerSeconds: 600 }), 1_000)
    trunk.run(2_000)
    assert.deepEqual(
      trunk.sent.map(({ text }) => /\r\nExpires: (\d+)/.exec(text)![1]),
      ['60', '600'],
    )
  })
})

describe('A trunk that is watched', () => {
  it('is told healthy once, unhealthy once, and healthy again', () => {
    let isUp = true
    const trunk = new OneTrunk({ keepAliveSeconds: 30 }, () => (isUp ? ['405 We do not do that'] : undefined))
    trunk.run(100_000)
    isUp = false
    trunk.run(300_000)
    isUp = true
    trunk.run(400_000)
    assert.deepEqual(
      trunk.events.map(({ kind }) => kind),
      ['trunk_healthy', 'trunk_unhealthy', 'trunk_healthy'],
    )
    assert.equal(label(trunk.sent[0]!.text), 'OPTIONS')
  })

  it('that says 503 is unhealthy, though it answers', () => {
    const trunk = new OneTrunk({ keepAliveSeconds: 30 }, () => ['503 Down'])
    trunk.run(100_000)
    assert.deepEqual(trunk.events, [
      { kind: 'trunk_unhealthy', trunkId: 'trunk', status: 503, cause: 'congestion' },
    ])
  })

  it('whose transport breaks is unhealthy at once', () => {
    const trunk = new OneTrunk({ keepAliveSeconds: 30 }, () => undefined)
    trunk.run(100)
    trunk.agent.transportFailed(addressOf('b'), 100)
    trunk.run(200)
    assert.deepEqual(trunk.events, [
      { kind: 'trunk_unhealthy', trunkId: 'trunk', status: 503, cause: 'carrier_down' },
    ])
  })
})
