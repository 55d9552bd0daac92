import assert from 'node:assert/strict'
import { test } from 'node:test'
import { engineSettings, fastClock, TestEngine, testPages } from './engine-pair.ts'

const SPEED = 10

async function pair(run: (caller: TestEngine, answerer: TestEngine) => Promise<void>): Promise<void> {
  const clock = fastClock(SPEED)
  const answerer = await TestEngine.open(engineSettings({ firstPort: 30_000, lastPort: 30_998 }), clock)
  const caller = await TestEngine.open(engineSettings({ firstPort: 31_000, lastPort: 31_998 }), clock)
  try {
    await run(caller, answerer)
  } finally {
    caller.engine.close()
    answerer.engine.close()
  }
}

for (const transport of ['udp', 'tcp'] as const) {
  test(`two engines fax three pages over real sockets, SIP on ${transport}`, async () => {
    await pair(async (caller, answerer) => {
      const pages = testPages(3)
      caller.trunkTo(answerer.ports[transport]!, transport)
      caller.place('att_1', pages)
      const end = await caller.end('att_1')
      assert.ok(end.outcome.kind === 'fax', JSON.stringify(end.outcome))
      assert.equal(end.outcome.t30.result, 'ok')
      assert.equal(end.outcome.t30.pages, 3)
      const received = await answerer.incomingEnd()
      assert.ok(received.outcome.kind === 'fax')
      assert.equal(received.outcome.t30.result, 'ok')
      assert.deepEqual(
        answerer.pages.map(({ t6 }) => Buffer.from(t6).toString('base64')),
        pages.map(({ t6 }) => Buffer.from(t6).toString('base64')),
      )
      assert.equal(caller.engine.callCount, 0)
      assert.equal(answerer.engine.callCount, 0)
    })
  })
}

test('a busy far end is told with its status', async () => {
  await pair(async (caller, answerer) => {
    answerer.onIncoming = 486
    caller.trunkTo(answerer.ports.udp!)
    caller.place('att_1', testPages(1))
    const { outcome } = await caller.end('att_1')
    assert.ok(outcome.kind === 'not_answered')
    assert.equal(outcome.status, 486)
  })
})

test('a carrier that is not there ends as carrier_down or no answer, within a minute of its time', async () => {
  await pair(async (caller) => {
    caller.trunkTo(9, 'tcp')
    caller.place('att_1', testPages(1))
    const { outcome } = await caller.end('att_1')
    assert.ok(outcome.kind === 'not_answered')
    assert.equal(outcome.cause, 'carrier_down')
  })
})

test('hanging up in the middle of a page ends both calls', async () => {
  await pair(async (caller, answerer) => {
    caller.trunkTo(answerer.ports.udp!)
    caller.place('att_1', testPages(2, 3_000))
    while (!caller.events.some(({ kind }) => kind === 'announce_page')) {
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    caller.engine.take({ kind: 'hang_up', key: 'att_1' })
    const { outcome } = await caller.end('att_1')
    assert.ok(outcome.kind === 'fax')
    assert.equal(outcome.t30.result, 'hung_up')
    const other = await answerer.incomingEnd()
    assert.ok(other.outcome.kind === 'fax')
    assert.equal(other.outcome.t30.result, 'disconnected_early')
  })
})

test('a call that is given up while its port is being opened is not placed', async () => {
  await pair(async (caller, answerer) => {
    caller.trunkTo(answerer.ports.udp!)
    caller.place('att_1', testPages(1))
    caller.engine.take({ kind: 'hang_up', key: 'att_1' })
    const { outcome } = await caller.end('att_1')
    assert.equal(outcome.kind, 'canceled')
    assert.equal(caller.engine.callCount, 0)
    await new Promise((resolve) => setTimeout(resolve, 50))
    assert.ok(!answerer.events.some(({ kind }) => kind === 'incoming'))
  })
})

test('a call for a trunk nobody knows is not placed', async () => {
  await pair(async (caller) => {
    caller.place('att_1', testPages(1))
    while (!caller.events.some(({ kind }) => kind === 'not_placed')) {
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    assert.equal(caller.engine.callCount, 0)
  })
})
