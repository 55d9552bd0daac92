import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FaxCallOutcome } from '@answerback/protocol/fax-call/fax-call-types'
import type { ReceivedPage as LineReceivedPage, PageDamage } from '@answerback/protocol/t30/received-page'
import type { EngineCommand } from '../../../src/adapters/lines/sip/engine/engine-messages.ts'
import { InboundReceptions } from '../../../src/adapters/lines/sip/inbound-receptions.ts'
import type { CallEnd } from '../../../src/domain/fax/disposition.ts'
import type {
  InboundCall,
  InboundCalls,
  InboundDecision,
  ReceivedPage,
} from '../../../src/ports/inbound-calls.ts'
import { recordingLogger } from '../../support/log.ts'
import { openTrunkOf } from './open-trunk.ts'

const CALL = 'call-1'
const TRUNK = openTrunkOf('trk_1')
const OFFER = { callId: CALL, called: '+12025550101', caller: '+12025550100', sourceAddress: '192.0.2.1' }
const ACCEPT: InboundDecision = {
  kind: 'accept',
  receptionId: 'inb_1',
  answerer: {
    stationId: '555 0101',
    ecm: true,
    maxBitRate: 9_600,
    resolutions: ['standard', 'fine', 'superfine'],
  },
}
const UNHARMED: PageDamage = { badRows: 0, longestBadRun: 0, gaps: 0, isTruncated: false }
const DELIVERED: FaxCallOutcome = {
  kind: 'fax',
  t30: {
    result: 'ok',
    pages: 1,
    dataExchanged: 'some',
    settings: undefined,
    remoteId: undefined,
    remoteNsf: undefined,
    subAddress: undefined,
  },
}

/** An engine that only writes down what it is told, and a place for calls whose answers a test gives. */
class Bench implements InboundCalls {
  readonly sent: EngineCommand[] = []
  readonly asked: InboundCall[] = []
  readonly stored: ReceivedPage[] = []
  readonly ends: CallEnd[] = []
  readonly logger = recordingLogger()
  readonly receptions = new InboundReceptions(this, (command) => this.sent.push(command), this.logger.log)
  decision: Promise<InboundDecision> = Promise.resolve(ACCEPT)
  /** What storing the next page waits for. */
  disk: Promise<void> = Promise.resolve()

  accept(call: InboundCall): Promise<InboundDecision> {
    this.asked.push(call)
    return this.decision
  }

  async pageReceived(_receptionId: string, page: ReceivedPage): Promise<void> {
    await this.disk
    this.stored.push(page)
  }

  async ended(_receptionId: string, end: CallEnd): Promise<void> {
    this.ends.push(end)
  }

  page(number: number, damage: Partial<PageDamage> = {}): void {
    const octets = Uint8Array.of(number)
    const shape = { width: 1728, rows: 100, resolution: 'fine', scheme: 'MMR' } as const
    const page: LineReceivedPage = {
      number,
      ...shape,
      octets,
      t6: octets,
      damage: { ...UNHARMED, ...damage },
    }
    this.receptions.take({ kind: 'commit_page', key: CALL, page })
  }

  end(outcome: FaxCallOutcome): void {
    const told = { answeredAfterMs: undefined, t38AskedBy: undefined, timeline: [], timelineCut: 0 }
    this.receptions.take({ kind: 'call_ended', key: CALL, end: { ...told, outcome } })
  }

  /** What was sent, once everything that can go on has. */
  async replies(): Promise<string[]> {
    await new Promise((resolve) => setImmediate(resolve))
    return this.sent.map((command) => {
      if (command.kind === 'answer') return command.answer.kind
      return command.kind === 'reject' ? `reject ${command.status}` : command.kind
    })
  }
}

async function answered(): Promise<Bench> {
  const bench = new Bench()
  await bench.receptions.offer(OFFER, TRUNK)
  assert.equal(bench.receptions.count, 1)
  return bench
}

test('strangers are refused with 403, and nobody is asked about them', async () => {
  const bench = new Bench()
  await bench.receptions.offer(OFFER, undefined)
  assert.deepEqual(await bench.replies(), ['reject 403'])
  assert.deepEqual(bench.asked, [])
  assert.equal(bench.receptions.count, 0)
})

test('a call is answered as its account and its trunk say', async () => {
  const bench = await answered()
  assert.deepEqual(bench.asked, [
    { trunkId: 'trk_1', to: OFFER.called, from: OFFER.caller, sourceAddress: OFFER.sourceAddress },
  ])
  const [command] = bench.sent
  assert.ok(command?.kind === 'accept')
  assert.deepEqual(command.order.settings, { stationId: '555 0101', ecm: true, bitRateMax: 9_600 })
  assert.ok(ACCEPT.kind === 'accept')
  assert.deepEqual(command.order.resolutions, ACCEPT.answerer.resolutions)
  assert.equal(command.order.profile.t38, 'auto')
})

test('a refusal is passed on with its status', async () => {
  const bench = new Bench()
  bench.decision = Promise.resolve({ kind: 'refuse', sipStatus: 404, reason: 'number' })
  await bench.receptions.offer(OFFER, TRUNK)
  assert.deepEqual(await bench.replies(), ['reject 404'])
  assert.equal(bench.receptions.count, 0)
})

test('a call that nobody can decide on is told 500', async () => {
  const bench = new Bench()
  bench.decision = Promise.reject(new Error('no database'))
  await bench.receptions.offer(OFFER, TRUNK)
  assert.deepEqual(await bench.replies(), ['reject 500'])
})

test('a page is confirmed only after it is durable', async () => {
  const bench = await answered()
  const { promise, resolve } = Promise.withResolvers<void>()
  bench.disk = promise
  bench.page(1)
  assert.deepEqual(await bench.replies(), ['accept'])
  resolve()
  assert.deepEqual(await bench.replies(), ['accept', 'page_committed'])
  assert.deepEqual(
    bench.stored.map(({ number }) => number),
    [1],
  )
})

test('a page that cannot be stored is not confirmed, and its message is in no log', async () => {
  const bench = await answered()
  bench.disk = Promise.reject(new Error('disk full for Test Patient Zebra'))
  bench.disk.catch(() => undefined)
  bench.page(1)
  assert.deepEqual(await bench.replies(), ['accept', 'page_not_committed'])
  assert.match(bench.logger.text(), /line\.page_not_stored/)
  assert.doesNotMatch(bench.logger.text(), /Zebra/)
})

test('the end is told after the last page is stored', async () => {
  const bench = await answered()
  const { promise, resolve } = Promise.withResolvers<void>()
  bench.disk = promise
  bench.page(1)
  bench.end(DELIVERED)
  await bench.replies()
  assert.deepEqual(bench.ends, [])
  resolve()
  await bench.receptions.settled()
  assert.equal(bench.stored.length, 1)
  assert.deepEqual(
    bench.ends.map(({ disposition }) => disposition),
    ['delivered'],
  )
  assert.equal(bench.receptions.count, 0)
})

test('what was lost on the way is never called clean', async () => {
  const bench = await answered()
  bench.page(1)
  bench.page(2, { badRows: 2 })
  bench.page(3, { badRows: 3 })
  bench.page(4, { gaps: 1 })
  bench.page(5, { isTruncated: true })
  await bench.replies()
  assert.deepEqual(
    bench.stored.map(({ quality }) => quality),
    ['clean', 'usable', 'poor', 'usable', 'poor'],
  )
  assert.deepEqual(
    bench.stored.map(({ badRows }) => badRows),
    [0, 2, 3, 0, 0],
  )
})

test('an engine that dies ends its receptions with the pages they have', async () => {
  const bench = await answered()
  bench.page(1)
  bench.receptions.fail()
  await bench.receptions.settled()
  assert.equal(bench.stored.length, 1)
  assert.deepEqual(bench.ends, [{ disposition: 'local_fault', dataExchanged: 'some' }])
  assert.equal(bench.receptions.count, 0)
})

test('a call whose engine died while it was decided on is ended, and not answered', async () => {
  const bench = new Bench()
  const { promise, resolve } = Promise.withResolvers<InboundDecision>()
  bench.decision = promise
  const offered = bench.receptions.offer(OFFER, TRUNK)
  bench.receptions.fail()
  resolve(ACCEPT)
  await offered
  await bench.receptions.settled()
  assert.deepEqual(await bench.replies(), [])
  assert.deepEqual(bench.ends, [{ disposition: 'local_fault', dataExchanged: 'none' }])
  assert.equal(bench.receptions.count, 0)
})

test('a caller who hung up before the answer leaves an ended reception', async () => {
  const bench = await answered()
  bench.receptions.take({ kind: 'not_placed', key: CALL, reason: 'caller_gone' })
  await bench.receptions.settled()
  assert.deepEqual(bench.ends, [{ disposition: 'call_dropped', dataExchanged: 'none' }])
})

test('an end that cannot be told does not keep the reception', async () => {
  const bench = await answered()
  bench.ended = () => Promise.reject(new Error('no database'))
  bench.end(DELIVERED)
  await bench.receptions.settled()
  assert.equal(bench.receptions.count, 0)
  assert.match(bench.logger.text(), /line\.reception_end_failed/)
})
