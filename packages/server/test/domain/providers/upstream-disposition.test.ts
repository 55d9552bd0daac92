import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { DISPOSITION_CODES } from '../../../src/adapters/ifax/disposition-codes.ts'
import { DISPOSITIONS, type Disposition } from '../../../src/domain/fax/disposition.ts'
import {
  dispositionOfFailure,
  endOfRefusal,
  endOfUpstream,
} from '../../../src/domain/providers/upstream-disposition.ts'
import { UPSTREAM_STATUSES, type UpstreamFax } from '../../../src/domain/providers/upstream-fax.ts'

const FAX: UpstreamFax = {
  reference: '1',
  to: '+12025550100',
  status: 'delivered',
  pagesTotal: 3,
  pagesTransferred: 3,
  code: 0,
  cause: 'NORMAL_CLEARING',
  startedAt: undefined,
}
const failed = (change: Partial<UpstreamFax>) =>
  endOfUpstream({ ...FAX, status: 'failed', pagesTransferred: 0, ...change }, 3)

const anyFax: fc.Arbitrary<UpstreamFax> = fc.record({
  reference: fc.constant('1'),
  to: fc.constant('+12025550100'),
  status: fc.constantFrom(...UPSTREAM_STATUSES),
  pagesTotal: fc.option(fc.nat(6), { nil: undefined }),
  pagesTransferred: fc.option(fc.nat(6), { nil: undefined }),
  code: fc.option(fc.oneof(fc.integer(), fc.constantFrom(0, 263, -2075, 900006, 900013)), { nil: undefined }),
  cause: fc.option(fc.constantFrom('NORMAL_CLEARING', 'USER_BUSY', 'NO_SUCH_CAUSE'), { nil: undefined }),
  startedAt: fc.constant(undefined),
})

test('delivered asks for the word and for every page', () => {
  fc.assert(
    fc.property(anyFax, fc.integer({ min: 1, max: 5 }), (fax, pageCount) => {
      const ended = endOfUpstream(fax, pageCount)
      const isDelivered = ended?.end.disposition === 'delivered'
      const all = (fax.pagesTransferred ?? 0) >= Math.max(pageCount, fax.pagesTotal ?? 0)
      assert.equal(isDelivered, fax.status === 'delivered' && all)
      if (isDelivered) assert.equal(ended?.pagesTransferred, pageCount)
    }),
    { numRuns: 2_000 },
  )
})

test('no end claims more pages than were handed over or told, and the last page only with delivered', () => {
  fc.assert(
    fc.property(anyFax, fc.integer({ min: 1, max: 5 }), (fax, pageCount) => {
      const ended = endOfUpstream(fax, pageCount)
      if (!ended) return assert.equal(fax.status, 'sending')
      const { pagesTransferred, end } = ended
      assert.ok(pagesTransferred >= 0 && pagesTransferred <= Math.min(fax.pagesTransferred ?? 0, pageCount))
      if (end.disposition !== 'delivered') assert.ok(pagesTransferred < pageCount)
      if (pagesTransferred > 0) assert.notEqual(end.dataExchanged, 'none')
    }),
    { numRuns: 2_000 },
  )
})

test('a failure after every page was transferred is nothing anybody knows', () => {
  assert.equal(failed({ pagesTransferred: 3, code: 263 })?.end.disposition, 'outcome_unknown')
})

test('a call that never reached a machine exchanged nothing, so it may be tried again', () => {
  for (const [code, disposition] of [
    [263, 'busy'],
    [-2075, 'number_invalid'],
    [900001, 'no_answer'],
    [900002, 'no_fax_tone'],
  ] as const) {
    assert.deepEqual(failed({ code })?.end, { disposition, dataExchanged: 'none', q850Cause: 16 })
  }
  assert.equal(failed({ code: 900008 })?.end.dataExchanged, 'some')
})

test('a cause speaks where there is no number, and neither is a failure of the provider', () => {
  assert.equal(dispositionOfFailure(undefined, 'USER_BUSY'), 'busy')
  assert.equal(dispositionOfFailure(0, 'CALL_REJECTED'), 'rejected')
  assert.equal(dispositionOfFailure(4711, undefined), 'provider_failed')
  assert.equal(dispositionOfFailure(4711, 'NOT_A_CAUSE'), 'provider_failed')
  // The tables have no key of Object's own.
  assert.equal(dispositionOfFailure(undefined, 'constructor'), 'provider_failed')
})

test('what an Answerback server answers with is understood by another', () => {
  const merged: Partial<Record<Disposition, Disposition>> = {
    // One number stands for all that may be tried later, and one for a fax that was not ended in time.
    worker_lost: 'carrier_down',
    local_fault: 'carrier_down',
    expired: 'call_dropped',
  }
  for (const disposition of Object.keys(DISPOSITIONS) as Disposition[]) {
    if (disposition === 'delivered' || disposition === 'canceled') continue
    const { code, message } = DISPOSITION_CODES[disposition]
    assert.equal(dispositionOfFailure(code, message), merged[disposition] ?? disposition, disposition)
  }
})

test('a refused fax was never dialled, whatever the number of the refusal', () => {
  fc.assert(
    fc.property(
      fc.option(fc.integer(), { nil: undefined }),
      fc.integer({ min: 200, max: 499 }),
      (code, status) => {
        const end = endOfRefusal(code, status)
        assert.equal(end.dataExchanged, 'none')
        assert.notEqual(end.disposition, 'delivered')
        assert.notEqual(end.disposition, 'outcome_unknown')
      },
    ),
  )
  assert.equal(endOfRefusal(900013, 200).disposition, 'provider_failed')
  assert.equal(endOfRefusal(undefined, 429).disposition, 'congestion')
})
