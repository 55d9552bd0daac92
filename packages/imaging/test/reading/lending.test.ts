import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Lending } from '@answerback/imaging/reading/lending'
import { PageUnread } from '@answerback/imaging/reading/page-unread'

const never = new AbortController().signal

test('each thing does one piece of work at a time, first come first served', async () => {
  const lending = new Lending(['a', 'b'])
  const busy = new Set<string>()
  const order: number[] = []
  const work = async (index: number) =>
    await lending.use(never, async (thing) => {
      assert.ok(!busy.has(thing))
      busy.add(thing)
      order.push(index)
      await Promise.resolve()
      busy.delete(thing)
    })
  await Promise.all(Array.from({ length: 9 }, (_, index) => work(index)))
  assert.deepEqual(order, [0, 1, 2, 3, 4, 5, 6, 7, 8])
})

test('a thing comes back also from work that failed', async () => {
  const lending = new Lending(['only'])
  const failing = lending.use(never, async () => {
    throw new Error('failed')
  })
  await assert.rejects(failing, /failed/)
  assert.equal(await lending.use(never, async (thing) => thing), 'only')
})

test('who gives up waiting takes no turn', async () => {
  const lending = new Lending(['only'])
  const { promise: done, resolve: finish } = Promise.withResolvers<void>()
  const first = lending.use(never, () => done)
  const leaving = new AbortController()
  const second = lending.use(leaving.signal, async () => assert.fail('had left'))
  const third = lending.use(never, async () => 'third')
  leaving.abort(new Error('left'))
  await assert.rejects(second, /left/)
  finish()
  await first
  assert.equal(await third, 'third')
})

test('closing refuses who waits and who comes, not who works', async () => {
  const lending = new Lending(['only'])
  const { promise: done, resolve: finish } = Promise.withResolvers<void>()
  const first = lending.use(never, () => done)
  const second = lending.use(never, async () => undefined)
  lending.close()
  await assert.rejects(second, (error) => error instanceof PageUnread && error.reason === 'closed')
  await assert.rejects(
    lending.use(never, async () => undefined),
    PageUnread,
  )
  finish()
  await first
})
