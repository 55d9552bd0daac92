import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ApiProblem } from '../src/failures.ts'
import { patiently } from '../src/patience.ts'

/** Refuses so many times with a status, then answers. */
function refusing(times: number, status: number) {
  const asked = { times: 0 }
  const ask = async () => {
    asked.times += 1
    if (asked.times <= times) throw new ApiProblem({ status })
    return 'answer'
  }
  return { asked, ask }
}

test('what is refused because too much was asked is asked again after a while, and not for ever', async () => {
  const waits: number[] = []
  const wait = async (ms: number) => void waits.push(ms)
  assert.equal(await patiently(wait, refusing(2, 429).ask), 'answer')
  assert.deepEqual(waits, [5_000, 5_000])
  const { asked, ask } = refusing(1_000, 429)
  await assert.rejects(() => patiently(wait, ask), ApiProblem)
  assert.equal(asked.times, 60)
})

test('any other refusal is told at once', async () => {
  const { asked, ask } = refusing(1, 403)
  await assert.rejects(() => patiently(() => assert.fail('waited'), ask), ApiProblem)
  assert.equal(asked.times, 1)
})
