import assert from 'node:assert/strict'
import { it } from 'node:test'
import { type CallCause, causeOfFailure, causeOfRelease } from '@answerback/protocol/sip/call-end'

it('Every status and Q.850 cause of a refusal has a cause of ours', () => {
  const table: [number, number | undefined, CallCause][] = [
    [486, undefined, 'busy'],
    [600, undefined, 'busy'],
    [404, undefined, 'number_unassigned'],
    [484, undefined, 'number_invalid'],
    [410, undefined, 'number_changed'],
    [302, undefined, 'number_changed'],
    [403, undefined, 'rejected'],
    [603, undefined, 'rejected'],
    [480, undefined, 'unavailable'],
    [408, undefined, 'no_answer'],
    [503, undefined, 'congestion'],
    [599, undefined, 'congestion'],
    [488, undefined, 'media_refused'],
    [401, undefined, 'unauthorized'],
    [487, undefined, 'canceled'],
    [499, undefined, 'unknown'],
    // The network's cause is nearer the truth.
    [503, 1, 'number_unassigned'],
    [480, 19, 'no_answer'],
    [500, 17, 'busy'],
    [404, 28, 'number_invalid'],
    // But for one that says less than the status.
    [404, 16, 'number_unassigned'],
    [486, 31, 'busy'],
    [486, 127, 'busy'],
    [503, 34, 'congestion'],
  ]
  for (const [status, q850Cause, cause] of table)
    assert.equal(causeOfFailure(status, q850Cause), cause, `${status} ${q850Cause}`)
})

it('A call that is cleared without a cause, or with 16, ended normally', () => {
  assert.equal(causeOfRelease(undefined), 'normal')
  assert.equal(causeOfRelease(16), 'normal')
  assert.equal(causeOfRelease(41), 'congestion')
  assert.equal(causeOfRelease(99), 'unknown')
})
