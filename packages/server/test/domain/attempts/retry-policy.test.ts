import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  DEFAULT_RETRY_POLICY,
  decideRetry,
  type EndedAttempt,
} from '../../../src/domain/attempts/retry-policy.ts'
import { DISPOSITIONS, type Disposition } from '../../../src/domain/fax/disposition.ts'
import { isTerminal } from '../../../src/domain/fax/fax.ts'

const disposition = fc.constantFrom(...(Object.keys(DISPOSITIONS) as Disposition[]))
const attempt: fc.Arbitrary<EndedAttempt> = fc.record({
  disposition,
  dataExchanged: fc.constantFrom('none', 'some', 'unknown'),
  trunkId: fc.constant(null),
  failedOver: fc.constant(false),
})

const ended = (
  disposition: Disposition,
  dataExchanged: EndedAttempt['dataExchanged'] = 'none',
): EndedAttempt => ({
  disposition,
  dataExchanged,
  trunkId: null,
  failedOver: false,
})

/** Plays a fax whose every call ends the same way. */
function callsMade(each: EndedAttempt): number {
  const history: EndedAttempt[] = []
  for (;;) {
    history.push(each)
    if (decideRetry(DEFAULT_RETRY_POLICY, history, 0).kind === 'end') return history.length
    assert.ok(history.length < 100, 'it goes on for ever')
  }
}

test('every history ends: no fax is called more often than the policy allows, whatever happens', () => {
  fc.assert(
    fc.property(fc.infiniteStream(attempt), (attempts) => {
      const history: EndedAttempt[] = []
      for (const next of attempts) {
        history.push(next)
        const decision = decideRetry(DEFAULT_RETRY_POLICY, history, 0)
        if (decision.kind === 'end') {
          assert.ok(isTerminal(decision.status))
          break
        }
        assert.ok(decision.delaySeconds >= 60)
        assert.ok(history.length < DEFAULT_RETRY_POLICY.dialsMax)
      }
    }),
  )
})

test('a call that may have delivered is never followed by another', () => {
  fc.assert(
    fc.property(fc.array(attempt, { maxLength: 5 }), attempt, fc.nat(9), (before, last, pages) => {
      fc.pre(last.dataExchanged === 'unknown' || ['delivered', 'outcome_unknown'].includes(last.disposition))
      const decision = decideRetry(DEFAULT_RETRY_POLICY, [...before, last], pages)
      assert.equal(decision.kind, 'end')
      assert.match(decision.kind === 'end' ? decision.status : '', /^(delivered|outcome_unknown)$/)
    }),
  )
})

test('only an attempt that delivered makes a fax delivered', () => {
  fc.assert(
    fc.property(fc.array(attempt, { minLength: 1, maxLength: 12 }), fc.nat(9), (history, pages) => {
      const decision = decideRetry(DEFAULT_RETRY_POLICY, history, pages)
      if (decision.kind === 'end' && decision.status === 'delivered') {
        assert.equal(history.at(-1)?.disposition, 'delivered')
      }
    }),
  )
})

test('a number that is invalid or not in service is never dialled again', () => {
  assert.equal(callsMade(ended('number_invalid')), 1)
  assert.equal(callsMade(ended('number_unassigned')), 1)
  assert.equal(callsMade(ended('incompatible')), 1)
})

test("calls in which nothing was exchanged stop at HylaFAX's twelve, those without a fax tone at two", () => {
  assert.equal(callsMade(ended('busy')), 12)
  assert.equal(callsMade(ended('no_answer')), 12)
  assert.equal(callsMade(ended('no_fax_tone')), 2)
})

test('calls in which data was exchanged stop at three', () => {
  assert.equal(callsMade(ended('call_dropped', 'some')), 3)
  assert.equal(callsMade(ended('page_failed', 'some')), 3)
})

test('a policy that never resumes leaves a fax whose pages were on the line to a person', () => {
  const policy = { ...DEFAULT_RETRY_POLICY, afterData: 'never' as const }
  const decision = decideRetry(policy, [ended('call_dropped', 'some')], 1)
  assert.deepEqual(decision, { kind: 'end', status: 'partially_delivered' })
})

test('a fax that fails after a confirmed page is partially delivered', () => {
  const decision = decideRetry(DEFAULT_RETRY_POLICY, [ended('incompatible')], 2)
  assert.deepEqual(decision, { kind: 'end', status: 'partially_delivered' })
})
