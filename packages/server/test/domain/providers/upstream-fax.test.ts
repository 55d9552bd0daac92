import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { nextLookMs } from '../../../src/domain/providers/provider.ts'
import { compareReceived, compareSent } from '../../../src/domain/providers/reconciliation.ts'
import { candidatesOf, parseReference, type UpstreamFax } from '../../../src/domain/providers/upstream-fax.ts'

const BEGUN = new Date('2026-01-02T12:00:00Z')
const LOST = { to: '+12025550100', begunAt: BEGUN, pageCount: 2 }
const fax = (change: Partial<UpstreamFax> = {}): UpstreamFax => ({
  reference: '1',
  to: '+12025550100',
  status: 'sending',
  pagesTotal: 2,
  pagesTransferred: 0,
  code: 0,
  cause: undefined,
  startedAt: new Date(BEGUN.getTime() + 2_000),
  ...change,
})
const found = (...faxes: UpstreamFax[]) =>
  candidatesOf(LOST, faxes, new Set(['9'])).map(({ reference }) => reference)

test('a lost send is looked for by number, time and pages, and never among those others have', () => {
  assert.deepEqual(found(fax()), ['1'])
  assert.deepEqual(found(fax({ to: '+12025550101' })), [])
  assert.deepEqual(found(fax({ to: undefined })), [])
  assert.deepEqual(found(fax({ startedAt: new Date(BEGUN.getTime() - 120_000) })), [])
  assert.deepEqual(found(fax({ startedAt: new Date(BEGUN.getTime() - 30_000) })), ['1'])
  assert.deepEqual(found(fax({ pagesTotal: 1 })), [])
  assert.deepEqual(found(fax({ pagesTotal: 3 })), ['1'], 'with a cover sheet of the provider')
  assert.deepEqual(found(fax({ pagesTotal: 0 })), ['1'], 'not counted yet')
  assert.deepEqual(found(fax({ reference: '9' })), [])
  assert.deepEqual(found(fax(), fax({ reference: '2' })), ['1', '2'])
  assert.deepEqual(found(fax(), fax()), ['1'], 'a list that shows a fax twice')
  assert.deepEqual(found(fax({ startedAt: undefined })), ['1'])
  assert.deepEqual(found(fax({ startedAt: undefined, status: 'failed' })), [])
})

test('a reference is digits and nothing else', () => {
  assert.equal(parseReference(12), '12')
  assert.equal(parseReference('1595589515890656281'), '1595589515890656281')
  for (const wrong of [
    '',
    '1'.repeat(20),
    '1; drop',
    '-1',
    '1.5',
    ' 1',
    null,
    undefined,
    {},
    [],
    true,
    2 ** 60,
    Number.NaN,
  ]) {
    assert.equal(parseReference(wrong), undefined, String(wrong))
  }
  fc.assert(
    fc.property(fc.anything(), (value) => {
      const reference = parseReference(value)
      if (reference !== undefined) assert.match(reference, /^\d{1,19}$/)
    }),
  )
})

test('looks come soon at first and are never further apart than five minutes', () => {
  fc.assert(
    fc.property(fc.nat(90_000_000), (elapsedMs) => {
      const delay = nextLookMs(elapsedMs)
      assert.ok(delay >= 3_000 && delay <= 300_000)
    }),
  )
  let looks = 0
  for (let elapsedMs = 0; elapsedMs < 86_400_000; elapsedMs += nextLookMs(elapsedMs)) looks += 1
  assert.ok(looks < 310, `${looks} in a day`)
})

test('what is still on its way contradicts nothing, and neither does a provider that counts its own cover', () => {
  const ours = { disposition: 'delivered', pageCount: 2, pagesConfirmed: 2 } as const
  assert.equal(compareSent({ ...ours, disposition: null }, fax({ status: 'failed' })), undefined)
  assert.equal(compareSent(ours, fax({ status: 'sending' })), undefined)
  assert.equal(compareSent(ours, fax({ status: 'delivered', pagesTransferred: 3, pagesTotal: 3 })), undefined)
  assert.equal(compareSent(ours, fax({ status: 'delivered', pagesTransferred: 1 }))?.kind, 'pages_differ')
  assert.equal(compareSent(ours, fax({ status: 'failed', pagesTransferred: 2 }))?.kind, 'outcome_differs')
  const busy = { disposition: 'busy', pageCount: 2, pagesConfirmed: 0 } as const
  assert.equal(compareSent(busy, fax({ status: 'failed', pagesTransferred: 0 })), undefined)
  assert.equal(compareSent(busy, fax({ status: 'delivered', pagesTransferred: 2 }))?.kind, 'outcome_differs')
})

test('an outcome nobody knew is told when the provider knows it, and only then', () => {
  const ours = { disposition: 'outcome_unknown', pageCount: 2, pagesConfirmed: 1 } as const
  assert.equal(compareSent(ours, fax({ status: 'failed', code: 900013, pagesTransferred: 1 })), undefined)
  assert.equal(compareSent(ours, fax({ status: 'delivered', pagesTransferred: 1 })), undefined)
  assert.equal(compareSent(ours, fax({ status: 'delivered', pagesTransferred: 2 }))?.kind, 'outcome_differs')
  assert.equal(compareSent(ours, fax({ status: 'failed', code: 263 }))?.kind, 'outcome_differs')
})

test('received pages are compared where the provider counts them', () => {
  const row = { reference: '1', transactionId: '2', to: undefined, from: undefined, receivedAt: undefined }
  const ours = { status: 'received', pageCount: 2 } as const
  assert.equal(compareReceived(ours, { ...row, pages: undefined }), undefined)
  assert.equal(compareReceived(ours, { ...row, pages: 2 }), undefined)
  assert.equal(compareReceived(ours, { ...row, pages: 3 })?.kind, 'pages_differ')
  assert.equal(compareReceived({ ...ours, status: 'receiving' }, { ...row, pages: 3 }), undefined)
})
