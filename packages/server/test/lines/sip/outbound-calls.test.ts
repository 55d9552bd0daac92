import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FaxCallOutcome } from '@answerback/protocol/fax-call/fax-call-types'
import type { EngineCommand } from '../../../src/adapters/lines/sip/engine/engine-messages.ts'
import { OutboundCalls } from '../../../src/adapters/lines/sip/outbound-calls.ts'
import type { CallEnd } from '../../../src/domain/fax/disposition.ts'
import type { TrunkSettings } from '../../../src/domain/trunks/trunk.ts'
import type { CallObserver, CallTrunk } from '../../../src/ports/line.ts'
import { callTrunkOf, openTrunkOf, outboundCall } from './open-trunk.ts'

const KEY = 'att_1'

/** One call, an engine that only writes down what it is told, and an observer whose records are made by hand. */
class Bench {
  readonly sent: EngineCommand[] = []
  readonly steps: string[] = []
  readonly calls = new OutboundCalls((command) => this.sent.push(command))
  readonly abort = new AbortController()
  /** What the next record waits for. */
  gate: Promise<void> = Promise.resolve()
  /** Whether the observer asks who answers, and what it says to that. */
  verdict: boolean | undefined
  readonly #observer: CallObserver = {
    connected: () => this.#step('connected'),
    pageSending: (page, final) => this.#step(`sending ${page}${final ? ' final' : ''}`),
    pageConfirmed: (page) => this.#step(`confirmed ${page}`),
  }

  place(trunk: CallTrunk = callTrunkOf(openTrunkOf('trk_1'))): Promise<CallEnd> {
    const { verdict } = this
    const identity = async (remoteId: string | undefined) => {
      await this.#step(`identity ${remoteId}`)
      return verdict === true
    }
    const observer = verdict === undefined ? this.#observer : { ...this.#observer, identity }
    return this.calls.place(outboundCall(KEY, trunk, 2), trunk, observer, this.abort.signal)
  }

  end(outcome: FaxCallOutcome): void {
    const told = { answeredAfterMs: undefined, t38AskedBy: undefined, timeline: [], timelineCut: 0 }
    this.calls.take({ kind: 'call_ended', key: KEY, end: { ...told, outcome } })
  }

  /** What was sent after the order to place the call, once everything that can go on has. */
  async replies(): Promise<string[]> {
    await new Promise((resolve) => setImmediate(resolve))
    return this.sent
      .slice(1)
      .map((command) => (command.kind === 'answer' ? command.answer.kind : command.kind))
  }

  async #step(what: string): Promise<void> {
    await this.gate
    this.steps.push(what)
  }
}

const BUSY: FaxCallOutcome = { kind: 'not_answered', status: 486, q850Cause: undefined, cause: 'busy' }

/** The order that a trunk with these settings makes of a call. */
async function orderFor(settings: Partial<TrunkSettings>, learned: Partial<CallTrunk['learned']> = {}) {
  const bench = new Bench()
  const trunk = callTrunkOf(openTrunkOf('trk_1', settings))
  const placed = bench.place({ ...trunk, learned: { ...trunk.learned, ...learned } })
  bench.end(BUSY)
  await placed
  const [command] = bench.sent
  assert.ok(command?.kind === 'place')
  return command.order
}

test('a call asks who answers only where somebody wants to know, and goes on as they say', async () => {
  for (const verdict of [undefined, true, false]) {
    const bench = new Bench()
    bench.verdict = verdict
    const placed = bench.place()
    bench.calls.take({ kind: 'connected', key: KEY })
    bench.calls.take({ kind: 'check_identity', key: KEY, remoteId: 'ZEBRA' })
    await bench.replies()
    const [order, answer] = bench.sent
    assert.equal(order?.kind === 'place' && order.order.checksIdentity, verdict !== undefined)
    assert.deepEqual(answer?.kind === 'answer' && answer.answer, {
      kind: 'identity_checked',
      mayGoOn: verdict !== false,
    })
    assert.equal(bench.steps.includes('identity ZEBRA'), verdict !== undefined)
    bench.end(BUSY)
    await placed
  }
})

test('each step is recorded before the engine goes on, and in its order', async () => {
  const bench = new Bench()
  const placed = bench.place()
  const { promise, resolve } = Promise.withResolvers<void>()
  bench.gate = promise
  bench.calls.take({ kind: 'connected', key: KEY })
  bench.calls.take({ kind: 'announce_page', key: KEY, page: 1, isFinal: false })
  assert.deepEqual(await bench.replies(), [])
  resolve()
  assert.deepEqual(await bench.replies(), ['page_announced'])
  bench.calls.take({ kind: 'record_page', key: KEY, page: 1 })
  bench.calls.take({ kind: 'announce_page', key: KEY, page: 2, isFinal: true })
  assert.deepEqual(await bench.replies(), ['page_announced', 'page_recorded', 'page_announced'])
  assert.deepEqual(bench.steps, ['connected', 'sending 1', 'confirmed 1', 'sending 2 final'])
  bench.end(BUSY)
  await placed
  assert.equal(bench.calls.has(KEY), false)
})

for (const event of [
  { kind: 'connected', key: KEY },
  { kind: 'announce_page', key: KEY, page: 1, isFinal: false },
  { kind: 'record_page', key: KEY, page: 1 },
] as const) {
  test(`${event.kind} that cannot be recorded hangs up, and the call rejects with the record's fault`, async () => {
    const bench = new Bench()
    const placed = bench.place()
    const fault = new Error('the record was refused')
    bench.gate = Promise.reject(fault)
    bench.gate.catch(() => undefined)
    bench.calls.take(event)
    assert.deepEqual(await bench.replies(), ['hang_up'])
    bench.gate = Promise.resolve()
    bench.calls.take({ kind: 'announce_page', key: KEY, page: 2, isFinal: true })
    assert.deepEqual(await bench.replies(), ['hang_up'], 'nothing is recorded after what could not be')
    bench.end({ kind: 'canceled' })
    await assert.rejects(placed, fault)
    assert.deepEqual(bench.steps, [])
  })
}

test('a call is not over before its last step is recorded', async () => {
  const bench = new Bench()
  const { promise, resolve } = Promise.withResolvers<void>()
  let isOver = false
  const placed = bench.place().finally(() => {
    isOver = true
  })
  bench.gate = promise
  bench.calls.take({ kind: 'record_page', key: KEY, page: 2 })
  bench.end(BUSY)
  await bench.replies()
  assert.equal(isOver, false)
  resolve()
  await placed
  assert.deepEqual(bench.steps, ['confirmed 2'])
})

test('aborting hangs up, and the call ends as the engine says', async () => {
  const bench = new Bench()
  const placed = bench.place()
  bench.abort.abort()
  assert.deepEqual(await bench.replies(), ['hang_up'])
  bench.end({ kind: 'canceled' })
  assert.equal((await placed).disposition, 'canceled')
})

test('a call that is given up before it begins is not placed', async () => {
  const bench = new Bench()
  bench.abort.abort()
  assert.deepEqual(await bench.place(), { disposition: 'canceled', dataExchanged: 'none' })
  assert.deepEqual(bench.sent, [])
})

test('an engine that dies leaves its calls to their journals', async () => {
  const bench = new Bench()
  const placed = bench.place()
  bench.calls.fail(new Error('gone'))
  await assert.rejects(placed, /gone/)
  bench.abort.abort()
  assert.deepEqual(await bench.replies(), [], 'a call that is over cannot be hung up')
  bench.end(BUSY)
})

for (const reason of ['no_trunk', 'no_port'] as const) {
  test(`a call that the engine cannot begin (${reason}) rejects`, async () => {
    const bench = new Bench()
    const placed = bench.place()
    bench.calls.take({ kind: 'not_placed', key: KEY, reason })
    await assert.rejects(placed, new RegExp(reason))
  })
}

test('what an engine tells of a call that is not ours changes nothing', async () => {
  const bench = new Bench()
  const placed = bench.place()
  bench.calls.take({ kind: 'announce_page', key: 'att_2', page: 1, isFinal: true })
  assert.deepEqual(await bench.replies(), [])
  assert.deepEqual(bench.steps, [])
  bench.end(BUSY)
  assert.equal((await placed).disposition, 'busy')
})

test('a call goes out by its trunk’s profile, with what was learnt of the number below it', async () => {
  const { profile } = openTrunkOf('trk_1').settings
  const plain = await orderFor({})
  assert.deepEqual(plain.settings, { stationId: '+1 202 555 0100', ecm: true, bitRateMax: 14_400 })
  assert.equal(plain.profile.t38, 'auto')
  assert.equal(plain.to, '+12025550101')
  assert.deepEqual(
    plain.pages.map(({ number }) => number),
    [1, 2],
  )
  const learned = await orderFor({}, { t38Mode: 'offer', ecm: false, bitRate: 9_600 })
  assert.deepEqual(
    [learned.settings.ecm, learned.settings.bitRateMax, learned.profile.t38],
    [false, 9_600, 'offer'],
  )
  const narrow = await orderFor(
    { profile: { ...profile, ecm: false, maxBitRate: 4_800, t38: 'wait' } },
    { t38Mode: 'offer', ecm: true, bitRate: 14_400 },
  )
  assert.deepEqual(
    [narrow.settings.ecm, narrow.settings.bitRateMax, narrow.profile.t38],
    [false, 4_800, 'wait'],
  )
})
