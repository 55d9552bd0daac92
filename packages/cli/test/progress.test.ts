import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseCommandLine } from '../src/command-line.ts'
import { UsageError } from '../src/failures.ts'
import type { Fax } from '../src/fax.ts'
import { progressLine } from '../src/progress.ts'
import { findServer } from '../src/server-address.ts'

function fax(patch: Partial<Fax>): Fax {
  return {
    id: 'fax_1',
    jobId: 1,
    status: 'sending',
    to: '+12025550100',
    livemode: false,
    pageCount: 6,
    pagesConfirmed: 3,
    estimatedSeconds: 60,
    attemptCount: 1,
    nextAttemptAt: null,
    disposition: null,
    code: null,
    message: null,
    createdAt: '2026-01-01T00:00:00Z',
    endedAt: null,
    ...patch,
  }
}

test('the bar is half full when half the pages are confirmed', () => {
  const line = progressLine(fax({}))
  assert.equal(line.match(/█/g)?.length, line.match(/·/g)?.length)
  assert.match(line, /3\/6 pages {2}sending, attempt 1/)
})

test('before the pages are rendered the line says so instead of dividing by nothing', () => {
  assert.match(
    progressLine(fax({ pageCount: null, pagesConfirmed: 0, status: 'preparing' })),
    /preparing pages/,
  )
})

test('a retry says when the next try is', () => {
  const line = progressLine(fax({ status: 'retrying', nextAttemptAt: '2026-01-01T00:03:00Z' }))
  assert.match(line, /retrying, attempt 1, next try 2026-01-01T00:03:00Z/)
})

test('an option that does not exist is a usage error, not a crash', () => {
  assert.throws(() => parseCommandLine(['--tooo', '+12025550100']), UsageError)
})

test('the options win over the environment, and no slash is doubled', () => {
  const { options } = parseCommandLine(['--url', 'https://fax.example/', '--key', 'given'])
  const found = findServer(options, { ANSWERBACK_KEY: 'other', ANSWERBACK_URL: 'https://other.example' })
  assert.deepEqual(found, { baseUrl: 'https://fax.example', key: 'given' })
})
