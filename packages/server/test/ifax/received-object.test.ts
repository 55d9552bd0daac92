import assert from 'node:assert/strict'
import { test } from 'node:test'
import { receivedPayload, receivedRow } from '../../src/adapters/ifax/received-object.ts'
import type { Disposition } from '../../src/domain/fax/disposition.ts'
import type { ReceivedFaxRow } from '../../src/ports/store/received-store.ts'

const NUMBERS = { to: '+12025550123', from: '+12025550177' }

function received(more: Partial<ReceivedFaxRow> = {}): ReceivedFaxRow {
  const facts = {
    jobId: 1000001,
    transactionId: 500001,
    status: 'received',
    disposition: 'delivered',
    pageCount: 5,
    startedAt: new Date('2030-01-01T00:00:10.900Z'),
    endedAt: new Date('2030-01-01T00:01:40.100Z'),
    ...more,
  } as const
  return facts as unknown as ReceivedFaxRow
}

/** As seen in a live post of iFax's, in its order. */
const LIVE_KEYS = [
  'direction',
  'jobId',
  'transactionId',
  'faxCallLength',
  'faxCallStart',
  'faxCallEnd',
  'faxTotalPages',
  'faxReceivedPages',
  'faxStatus',
  'success',
  'fromNumber',
  'toNumber',
  'code',
  'message',
]

test('a first post has the keys of iFax’s own in their order, and faxTransferredPages beside faxReceivedPages', () => {
  const keys = Object.keys(receivedPayload(received(), NUMBERS, 0))
  assert.deepEqual(
    keys.filter((key) => key !== 'faxTransferredPages'),
    LIVE_KEYS,
  )
  assert.equal(keys.indexOf('faxTransferredPages'), keys.indexOf('faxReceivedPages') + 1)
})

test('its values are ints, text and one boolean', () => {
  const payload = receivedPayload(received(), NUMBERS, 0)
  assert.deepEqual(payload, {
    direction: 'inbound',
    jobId: 1000001,
    transactionId: 500001,
    faxCallLength: 90,
    faxCallStart: Date.UTC(2030, 0, 1, 0, 0, 10) / 1000,
    faxCallEnd: Date.UTC(2030, 0, 1, 0, 1, 40) / 1000,
    faxTotalPages: 5,
    faxReceivedPages: 5,
    faxTransferredPages: 5,
    faxStatus: 'received',
    success: true,
    fromNumber: '+12025550177',
    toNumber: '+12025550123',
    code: 0,
    message: 'NORMAL_CLEARING',
  })
})

test('only a retry says that it is one', () => {
  const { retryAttempt, ...rest } = receivedPayload(received(), NUMBERS, 2)
  assert.equal(retryAttempt, 2)
  assert.deepEqual(rest, receivedPayload(received(), NUMBERS, 0))
})

test('part of a fax is received, with the cause and the pages in code and message', () => {
  const told = (disposition: Disposition, pageCount: number) => {
    const part = received({ status: 'partially_received', disposition, pageCount })
    const { faxStatus, success, code, message } = receivedPayload(part, NUMBERS, 0)
    return [faxStatus, success, code, message]
  }
  assert.deepEqual(told('call_dropped', 2), [
    'received',
    true,
    900006,
    'CALL_DROPPED: partial, 2 pages arrived',
  ])
  assert.deepEqual(told('outcome_unknown', 1), [
    'received',
    true,
    900013,
    'OUTCOME_UNKNOWN: partial, 1 page arrived',
  ])
  const merged = received({ status: 'partially_received', disposition: null, pageCount: 4 })
  const { code, message } = receivedPayload(merged, NUMBERS, 0)
  assert.deepEqual([code, message], [900013, 'OUTCOME_UNKNOWN: partial, 4 pages arrived'])
  for (const disposition of ['remote_disconnect', 'page_failed', 'worker_lost'] as const) {
    assert.notEqual(told(disposition, 1)[2], 0)
  }
})

test('a withheld caller and a number that is not the account’s own are empty text', () => {
  const row = receivedRow(received(), { to: NUMBERS.to, from: null }, undefined, 'Done')
  assert.deepEqual([row.fromNumber, row.numberId, row.orderId], ['', '', ''])
  const owned = receivedRow(received(), NUMBERS, { numberId: 70001, orderId: '9100000000000000001' }, 'Done')
  assert.deepEqual([owned.numberId, owned.orderId], ['70001', '9100000000000000001'])
})
