import assert from 'node:assert/strict'
import { test } from 'node:test'
import { causeOfFailure } from '@answerback/protocol/sip/call-end'
import { T30_RESULTS, type T30Result } from '@answerback/protocol/t30/result'
import { dispositionOfCause, dispositionOfT30 } from '../../../src/domain/attempts/t30-disposition.ts'
import { DISPOSITIONS } from '../../../src/domain/fax/disposition.ts'

const RESULTS = Object.keys(T30_RESULTS) as T30Result[]
const met = { settings: undefined, remoteId: 'ZEBRA' }

test('every T.30 result has a disposition, and only "ok" is delivered', () => {
  for (const result of RESULTS) {
    const { disposition, dataExchanged } = dispositionOfT30({ ...met, result, dataExchanged: 'some' })
    assert.ok(disposition in DISPOSITIONS, result)
    assert.equal(disposition === 'delivered', result === 'ok', result)
    assert.equal(dataExchanged, 'some')
  }
})

test('a last page whose answer was not heard is an unknown outcome, however the call ended', () => {
  for (const result of RESULTS) {
    assert.deepEqual(dispositionOfT30({ ...met, result, dataExchanged: 'unknown' }), {
      disposition: 'outcome_unknown',
      dataExchanged: 'unknown',
    })
  }
})

test('a call cut off before the far end said anything of a fax machine was answered by something else', () => {
  const lost = { result: 'carrier_lost', dataExchanged: 'none', settings: undefined } as const
  assert.equal(dispositionOfT30({ ...lost, remoteId: undefined }).disposition, 'no_fax_tone')
  assert.equal(dispositionOfT30({ ...lost, remoteId: 'ZEBRA' }).disposition, 'call_dropped')
})

test('refusals of the network keep their meaning, by status and by Q.850 cause', () => {
  const told = (status: number, q850Cause?: number) => dispositionOfCause(causeOfFailure(status, q850Cause))
  assert.equal(told(486, 17), 'busy')
  assert.equal(told(480, 19), 'no_answer')
  assert.equal(told(480), 'no_answer')
  assert.equal(told(404, 1), 'number_unassigned')
  assert.equal(told(410, 22), 'number_unassigned')
  assert.equal(told(484, 28), 'number_invalid')
  assert.equal(told(603, 21), 'rejected')
  assert.equal(told(503, 42), 'congestion')
  assert.equal(told(488), 't38_refused')
  assert.equal(dispositionOfCause('carrier_down'), 'carrier_down')
})
