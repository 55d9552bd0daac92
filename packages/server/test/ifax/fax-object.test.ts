import assert from 'node:assert/strict'
import { test } from 'node:test'
import { faxObject, sentPayload } from '../../src/adapters/ifax/fax-object.ts'
import type { Disposition } from '../../src/domain/fax/disposition.ts'
import { FAX_STATUSES, type FaxStatus } from '../../src/domain/fax/fax.ts'

const NUMBERS = { to: '+12025550100', from: null }

function fax(status: FaxStatus, more: { disposition?: Disposition; pagesConfirmed?: number } = {}) {
  return {
    jobId: 1000001,
    status,
    disposition: more.disposition ?? null,
    createdAt: new Date('2030-01-01T00:00:00.900Z'),
    startedAt: new Date('2030-01-01T00:00:10Z'),
    endedAt: new Date('2030-01-01T00:01:40Z'),
    pageCount: 5,
    pagesConfirmed: more.pagesConfirmed ?? 0,
  }
}

test('every native status is one of the four words iFax documents', () => {
  const words = Object.fromEntries(
    FAX_STATUSES.map((status) => [status, faxObject(fax(status), NUMBERS).faxStatus]),
  )
  assert.deepEqual(words, {
    scheduled: 'sending',
    queued: 'sending',
    preparing: 'sending',
    sending: 'sending',
    retrying: 'sending',
    delivered: 'delivered',
    partially_delivered: 'failed',
    failed: 'failed',
    canceled: 'canceled',
    expired: 'failed',
    outcome_unknown: 'failed',
  })
})

test('a delivered fax is code 0 with plain Unix seconds and a length from the API call to the end', () => {
  assert.deepEqual(faxObject(fax('delivered', { disposition: 'delivered', pagesConfirmed: 5 }), NUMBERS), {
    jobId: 1000001,
    fromNumber: '',
    toNumber: '+12025550100',
    faxCallLength: 100,
    faxCallStart: Date.UTC(2030, 0, 1, 0, 0, 10) / 1000,
    faxCallEnd: Date.UTC(2030, 0, 1, 0, 1, 40) / 1000,
    faxTotalPages: 5,
    faxTransferredPages: 5,
    faxStatus: 'delivered',
    message: 'NORMAL_CLEARING',
    code: 0,
  })
})

test('every field is a JSON number or text before anything has happened', () => {
  const object = faxObject({ ...fax('scheduled'), startedAt: null, endedAt: null, pageCount: null }, NUMBERS)
  for (const [name, value] of Object.entries(object)) {
    assert.ok(typeof value === 'string' || Number.isInteger(value), name)
  }
})

test('a busy line is the code the guide gives it', () => {
  const { code, message } = faxObject(fax('failed', { disposition: 'busy' }), NUMBERS)
  assert.deepEqual({ code, message }, { code: 263, message: 'USER_BUSY' })
})

test('a partly delivered fax is failed, tells how many pages arrived and says partial', () => {
  const object = faxObject(
    fax('partially_delivered', { disposition: 'call_dropped', pagesConfirmed: 2 }),
    NUMBERS,
  )
  assert.equal(object.faxTransferredPages, 2)
  assert.match(object.message, /CALL_DROPPED.*partial, 2 of 5 pages/)
})

test('an unknown outcome tells the sender to call before sending again', () => {
  const object = faxObject(fax('outcome_unknown', { disposition: 'outcome_unknown' }), NUMBERS)
  assert.match(object.message, /^OUTCOME_UNKNOWN: .*before sending/)
  assert.notEqual(object.code, 0)
})

test('a webhook payload is the fax object with direction, success and the number of the retry', () => {
  const delivered = fax('delivered', { disposition: 'delivered', pagesConfirmed: 5 })
  const { direction, success, retryAttempt, ...object } = sentPayload(delivered, NUMBERS, 2)
  assert.deepEqual(
    { direction, success, retryAttempt },
    { direction: 'sent', success: true, retryAttempt: 2 },
  )
  assert.deepEqual(object, faxObject(delivered, NUMBERS))
  assert.equal(sentPayload(fax('canceled', { disposition: 'canceled' }), NUMBERS, 0).success, false)
})
