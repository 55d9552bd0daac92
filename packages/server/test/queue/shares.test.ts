import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { fetchesFor, reserveOf } from '../../src/adapters/queue/shares.ts'

/** A queue of backlogs by account, oldest first, worked through as the dispatcher does. */
class Model {
  readonly running = new Map<string, number>()
  readonly places: number
  readonly backlog: string[]

  constructor(places: number, backlog: readonly string[]) {
    this.places = places
    this.backlog = [...backlog]
  }

  fetch(): void {
    for (let again = true; again; ) {
      again = false
      for (const { size, without } of fetchesFor(this.places, this.running)) {
        const taken = this.#take(size, without)
        for (const account of taken) this.running.set(account, (this.running.get(account) ?? 0) + 1)
        if (taken.length > 0) again = true
        if (taken.length === size) break
      }
    }
  }

  end(account: string): void {
    const left = this.running.get(account)! - 1
    if (left === 0) this.running.delete(account)
    else this.running.set(account, left)
  }

  get held(): number {
    return [...this.running.values()].reduce((sum, count) => sum + count, 0)
  }

  #take(size: number, without: readonly string[]): string[] {
    const taken: string[] = []
    for (let at = 0; at < this.backlog.length && taken.length < size; ) {
      if (without.includes(this.backlog[at]!)) at += 1
      else taken.push(...this.backlog.splice(at, 1))
    }
    return taken
  }
}

const times = (count: number, account: string) => Array.from({ length: count }, () => account)

test('one account alone leaves a quarter of the places free, and no more', () => {
  const model = new Model(16, times(1_000, 'noisy'))
  model.fetch()
  assert.equal(model.held, 12)
})

test('whoever comes while others have a backlog starts at once', () => {
  for (const noisy of [1, 2, 3, 4]) {
    const model = new Model(
      16,
      Array.from({ length: 4_000 }, (_, index) => `noisy${index % noisy}`),
    )
    model.fetch()
    model.backlog.push('quiet')
    model.fetch()
    assert.equal(model.running.get('quiet'), 1, `${noisy} noisy accounts`)
  }
})

test('two backlogs end up with the same number of places, whoever was first', () => {
  const model = new Model(16, [...times(1_000, 'a'), ...times(1_000, 'b')])
  model.fetch()
  for (let call = 0; call < 50; call += 1) {
    model.end(model.running.get('a')! >= (model.running.get('b') ?? 0) ? 'a' : 'b')
    model.fetch()
  }
  assert.ok(
    Math.abs(model.running.get('a')! - model.running.get('b')!) <= 4,
    JSON.stringify([...model.running]),
  )
})

test('of two places one goes to whoever holds none, whatever waited before', () => {
  const model = new Model(2, [...times(100, 'noisy'), 'quiet'])
  model.fetch()
  assert.equal(model.held, 2)
  if (!model.running.has('quiet')) {
    model.end('noisy')
    model.fetch()
  }
  assert.deepEqual(Object.fromEntries(model.running), { noisy: 1, quiet: 1 })
})

test('there are never more jobs than places, and never fewer than three quarters while jobs wait', () => {
  const account = fc.constantFrom('a', 'b', 'c', 'd', 'e')
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), fc.array(account, { maxLength: 200 }), (places, backlog) => {
      const model = new Model(places, backlog)
      model.fetch()
      assert.ok(model.held <= places)
      if (model.backlog.length > 0)
        assert.ok(model.held >= places - reserveOf(places), `${model.held} of ${places}`)
      assert.equal(model.held + model.backlog.length, backlog.length)
    }),
  )
})
