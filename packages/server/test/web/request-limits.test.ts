import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FastifyReply } from 'fastify'
import { createRequestLimits } from '../../src/adapters/web/request-limits.ts'
import { Problem } from '../../src/domain/problem/problem.ts'

const scope = { accountId: 'acc_1', mode: 'test' } as const
const NOW = () => 0

function recordingReply() {
  const told: Record<string, string> = {}
  const reply = { headers: (more: Record<string, string>) => Object.assign(told, more) }
  return { told, reply: reply as unknown as FastifyReply }
}

function limits(quota: number, accountQuota?: number) {
  const rate = { quota, windowSeconds: 60 }
  const accountRate = accountQuota === undefined ? undefined : { quota: accountQuota, windowSeconds: 60 }
  return createRequestLimits({ rate, ...(accountRate ? { accountRate } : {}), anonymousRate: rate }, NOW)
}

async function count(of: ReturnType<typeof limits>, keyId: string) {
  const { told, reply } = recordingReply()
  const problem = await of.countKey(reply, keyId, scope).then(
    () => undefined,
    (error: Problem) => error,
  )
  return { told, problem }
}

test('the headers tell the tighter of the two limits a key is under', async () => {
  const both = limits(3, 4)
  assert.equal((await count(both, 'key_1')).told.ratelimit, '"default";r=2;t=20')
  assert.equal((await count(both, 'key_2')).told.ratelimit, '"default";r=2;t=20')
  const third = await count(both, 'key_2')
  assert.equal(third.told.ratelimit, '"default";r=1;t=40', 'the account has as many left')
  const fourth = await count(both, 'key_3')
  assert.equal(fourth.told.ratelimit, '"account";r=0;t=60')
  assert.equal(fourth.told['ratelimit-policy'], '"account";q=4;w=60')
  const refused = await count(both, 'key_3')
  assert.ok(refused.problem instanceof Problem && refused.problem.code === 'limit.rate')
  assert.match(refused.problem.detail ?? '', /keys of this account/)
  assert.equal(refused.told['retry-after'], '15')
})

test('what the account refuses costs the key nothing, and what the key refuses costs the account nothing', async () => {
  const both = limits(2, 3)
  await count(both, 'key_1')
  await count(both, 'key_1')
  for (let again = 0; again < 5; again += 1) {
    const { problem, told } = await count(both, 'key_1')
    assert.equal(problem?.detail, undefined, 'the key’s own limit')
    assert.match(told.ratelimit!, /^"default"/)
  }
  assert.equal((await count(both, 'key_2')).problem, undefined)
  for (let again = 0; again < 5; again += 1) {
    const { problem } = await count(both, 'key_2')
    assert.match(problem?.detail ?? '', /keys of this account/, 'the key still has one left')
  }
  const used = both.limiters.map((limiter) => Object.fromEntries(limiter.drain()))
  assert.deepEqual(used.slice(0, 2), [{ key_1: 2, key_2: 1 }, { 'acc_1/test': 3 }])
})

test('unless it is said otherwise an account has twice what a key has, so that one key leaves half to the others', async () => {
  const both = limits(5)
  const allowed = async (keyId: string) => {
    let let_in = 0
    for (let again = 0; again < 20; again += 1)
      if ((await count(both, keyId)).problem === undefined) let_in += 1
    return let_in
  }
  assert.equal(await allowed('key_wild'), 5)
  assert.equal(await allowed('key_calm'), 5)
  assert.equal(await allowed('key_late'), 0)
})
