import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseRetryAfter } from '../../../src/domain/webhooks/retry-after.ts'

const NOW = new Date('2030-01-01T00:00:00Z')

test('Retry-After is read as seconds or as an HTTP date', () => {
  assert.equal(parseRetryAfter('120', NOW), 120_000)
  assert.equal(parseRetryAfter(' 0 ', NOW), 0)
  assert.equal(parseRetryAfter('Tue, 01 Jan 2030 00:01:00 GMT', NOW), 60_000)
})

test('a Retry-After that is past or malformed is ignored', () => {
  for (const field of ['', 'soon', '-1', '1.5', '1e9', 'Tue, 01 Jan 2019 00:00:00 GMT', '9'.repeat(400)]) {
    assert.equal(parseRetryAfter(field, NOW), undefined, field)
  }
})
