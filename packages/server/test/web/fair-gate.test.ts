import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createFairGate, type FairGate, type Leave } from '../../src/adapters/web/fair-gate.ts'

/** A clock that a test moves; timers are called when it passes them. */
function testTime() {
  let nowMs = 0
  const timers = new Set<{ readonly atMs: number; readonly fn: () => void }>()
  return {
    nowMs: () => nowMs,
    after(delayMs: number, fn: () => void) {
      const timer = { atMs: nowMs + delayMs, fn }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
    async pass(ms: number) {
      const endMs = nowMs + ms
      for (;;) {
        const [next] = [...timers].filter(({ atMs }) => atMs <= endMs).sort((a, b) => a.atMs - b.atMs)
        if (next === undefined) break
        timers.delete(next)
        nowMs = next.atMs
        next.fn()
        await settle()
      }
      nowMs = endMs
      await settle()
    },
    get timers() {
      return timers.size
    },
  }
}

const settle = () => new Promise((resolve) => setImmediate(resolve))

/** Enters so often at once. `in` fills with those that went on; `refused` counts the others. */
async function enterMany(gate: FairGate, account: string, times: number) {
  const state = { in: [] as Leave[], refused: 0 }
  for (let index = 0; index < times; index += 1) {
    void gate.enter(account).then((leave) => {
      if (leave) state.in.push(leave)
      else state.refused += 1
    })
  }
  await settle()
  return state
}

async function quietWasThere(gate: FairGate): Promise<void> {
  ;(await gate.enter('quiet'))?.()
}

/** Sends with so many connections, each request taking so long, until the time is over, beside a quiet account. */
async function sendFor(
  gate: FairGate,
  time: ReturnType<typeof testTime>,
  { connections, tookMs, forMs }: { connections: number; tookMs: number; forMs: number },
): Promise<{ admitted: number; refused: number }> {
  const state = { admitted: 0, refused: 0 }
  const endMs = time.nowMs() + forMs
  const client = async (): Promise<void> => {
    while (time.nowMs() < endMs) {
      const leave = await gate.enter('noisy')
      if (leave) state.admitted += 1
      else state.refused += 1
      await new Promise<void>((resolve) => void time.after(leave ? tookMs : 1_000, resolve))
      leave?.()
    }
  }
  await quietWasThere(gate)
  for (let index = 0; index < connections; index += 1) void client()
  for (let ms = 0; ms < forMs; ms += 50) {
    await quietWasThere(gate)
    await time.pass(50)
  }
  return state
}

test('an account alone is never held back', async () => {
  const gate = createFairGate(testTime())
  assert.equal((await enterMany(gate, 'a', 50)).in.length, 50)
})

test('beside another one it has one request in hand, and the next goes on when that has ended', async () => {
  const gate = createFairGate(testTime())
  await quietWasThere(gate)
  const noisy = await enterMany(gate, 'noisy', 3)
  assert.equal(noisy.in.length, 1)
  noisy.in[0]!()
  await settle()
  assert.equal(noisy.in.length, 2)
  noisy.in[1]!()
  await settle()
  assert.equal(noisy.in.length, 3)
})

test('beside another one who wants more than a share gets about a twelfth of the time, on however many connections', async () => {
  for (const connections of [1, 8, 40]) {
    const time = testTime()
    const { admitted } = await sendFor(createFairGate(time), time, {
      connections,
      tookMs: 10,
      forMs: 10_000,
    })
    assert.ok(admitted >= 70 && admitted <= 110, `${connections} connections: ${admitted}`)
  }
})

test('who sends twenty requests a second of ten milliseconds each never waits', async () => {
  const time = testTime()
  const gate = createFairGate(time)
  for (let index = 0; index < 200; index += 1) {
    await quietWasThere(gate)
    const steady = await enterMany(gate, 'steady', 1)
    assert.equal(steady.in.length, 1, `request ${index}`)
    await time.pass(10)
    steady.in[0]!()
    await time.pass(40)
  }
})

test('a request that had to wait gives way to those of others, and for a fortieth of a second at most', async () => {
  const time = testTime()
  const gate = createFairGate(time)
  await quietWasThere(gate)
  const noisy = await enterMany(gate, 'noisy', 2)
  const quiet = await enterMany(gate, 'quiet', 1)
  noisy.in[0]!()
  await time.pass(24)
  assert.equal(noisy.in.length, 1)
  await time.pass(1)
  assert.equal(noisy.in.length, 2)
  noisy.in[1]!()
  quiet.in[0]!()
  const more = await enterMany(gate, 'noisy', 2)
  more.in[0]!()
  await settle()
  assert.equal(more.in.length, 2)
})

test('a request that waits for its client holds up no other of its account for longer than a tenth of a second', async () => {
  const time = testTime()
  const gate = createFairGate(time)
  await quietWasThere(gate)
  const slow = await enterMany(gate, 'noisy', 2)
  assert.equal(slow.in.length, 1)
  await time.pass(99)
  assert.equal(slow.in.length, 1)
  await time.pass(1)
  assert.equal(slow.in.length, 2)
  assert.equal(time.timers, 0)
})

test('a request that took ten seconds to arrive costs its account no more than one of a tenth of a second', async () => {
  const time = testTime()
  const gate = createFairGate(time)
  const slow = await enterMany(gate, 'noisy', 1)
  await time.pass(10_000)
  await quietWasThere(gate)
  slow.in[0]!()
  assert.equal((await enterMany(gate, 'noisy', 1)).in.length, 1)
})

test('an account owes nothing for what it took while it was alone', async () => {
  const time = testTime()
  const gate = createFairGate(time)
  const busy = await enterMany(gate, 'noisy', 50)
  await time.pass(90)
  for (const leave of busy.in) leave()
  await quietWasThere(gate)
  assert.equal((await enterMany(gate, 'noisy', 1)).in.length, 1)
})

test('who would wait for more than five seconds is refused, and nothing is left behind', async () => {
  const time = testTime()
  const { admitted, refused } = await sendFor(createFairGate(time), time, {
    connections: 100,
    tookMs: 100,
    forMs: 10_000,
  })
  assert.ok(admitted >= 6 && admitted <= 12, `${admitted} admitted`)
  assert.ok(refused >= 90, `${refused} refused`)
  await time.pass(60_000)
  assert.equal(time.timers, 0)
})

test('the quiet one goes on at once, and two seconds after it was there the other one is alone again', async () => {
  const time = testTime()
  const gate = createFairGate(time)
  await quietWasThere(gate)
  const noisy = await enterMany(gate, 'noisy', 30)
  assert.equal((await enterMany(gate, 'quiet', 1)).in.length, 1)
  await time.pass(90)
  assert.equal(noisy.in.length, 1)
  await time.pass(1_910)
  assert.equal((await enterMany(gate, 'noisy', 5)).refused, 0)
  assert.equal(noisy.in.length, 30)
})
