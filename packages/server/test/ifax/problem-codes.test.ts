import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DISPOSITION_CODES } from '../../src/adapters/ifax/disposition-codes.ts'
import { failureOf } from '../../src/adapters/ifax/problem-codes.ts'
import { PROBLEMS, Problem, type ProblemCode } from '../../src/domain/problem/problem.ts'

const CODES = Object.keys(PROBLEMS) as ProblemCode[]
const GUIDE_CODES = new Set([-2075, -2074, 263, 11013, 120109, 12001])

test('the guide’s codes come with the guide’s messages', () => {
  const told = (code: ProblemCode) => {
    const failure = failureOf(new Problem(code), 'req_1')
    return [failure.code, failure.message]
  }
  assert.deepEqual(told('auth.invalid_key'), [12001, 'Access token invalid'])
  assert.deepEqual(told('number.invalid'), [-2075, 'INVALID_NUMBER_FORMAT'])
  assert.deepEqual(told('auth.forbidden'), [-2074, 'Not authorised for the specified contact'])
  assert.deepEqual(told('document.corrupt'), [120109, 'Invalid file format'])
  assert.deepEqual(told('system.processing'), [11013, 'Processing error, try later'])
})

test('every other problem has a code of its own between 900100 and 900999', () => {
  const own = CODES.map((code) => failureOf(new Problem(code), 'req_1').code).filter(
    (code) => !GUIDE_CODES.has(code),
  )
  assert.equal(new Set(own).size, own.length)
  assert.ok(own.every((code) => code >= 900100 && code <= 900999))
})

test('no problem shares a code of our block with a disposition', () => {
  const dispositions = new Set(Object.values(DISPOSITION_CODES).map((each) => each.code))
  for (const code of CODES) {
    const number = failureOf(new Problem(code), 'req_1').code
    assert.ok(GUIDE_CODES.has(number) || !dispositions.has(number), code)
  }
})

test('a failure is always status 0 and never carries a jobId', () => {
  for (const code of CODES) {
    const failure = failureOf(new Problem(code, { field: 'to' }), 'req_1')
    assert.equal(failure.status, 0)
    assert.ok(!('jobId' in failure) && !('data' in failure))
  }
})

test('fields are told by the names iFax gives them', () => {
  const field = (name: string) => failureOf(new Problem('request.invalid', { field: name }), 'r').field
  assert.equal(field('to'), 'faxNumber')
  assert.equal(field('cover.fromName'), 'from_name')
  assert.equal(field('documents[2].pages'), 'faxData[2].pages')
})
