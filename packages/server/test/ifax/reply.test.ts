import assert from 'node:assert/strict'
import { test } from 'node:test'
import { httpStatusOf } from '../../src/adapters/ifax/reply.ts'
import { PROBLEMS, Problem, type ProblemCode } from '../../src/domain/problem/problem.ts'

const CODES = Object.keys(PROBLEMS) as ProblemCode[]
const isOurs = (code: ProblemCode) => /^(system|limit)\./.test(code)

test('what may succeed when sent again is 429 or 5xx, whatever the operator chose', () => {
  for (const code of CODES.filter(isOurs)) {
    for (const strict of [true, false]) {
      const status = httpStatusOf(new Problem(code), strict)
      assert.ok(status === 429 || status >= 500, `${code} ${status}`)
    }
  }
  assert.equal(httpStatusOf(new Problem('limit.rate'), true), 429)
})

test('a refusal of what the client sent is 200 by default and a true 4xx when the operator wants that', () => {
  for (const code of CODES.filter((each) => !isOurs(each))) {
    assert.equal(httpStatusOf(new Problem(code), true), 200, code)
    const status = httpStatusOf(new Problem(code), false)
    assert.ok(status >= 400 && status < 500, `${code} ${status}`)
  }
})
