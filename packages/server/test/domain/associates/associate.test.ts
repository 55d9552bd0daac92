import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Agreement, type Associate, coverOf } from '../../../src/domain/associates/associate.ts'
import { coveredUntil, coverWarning } from '../../../src/domain/associates/associate-cover.ts'
import { coverOfParty, isSameMachine, type Party } from '../../../src/domain/associates/party.ts'
import { dayOf, daysBetween, isDay, nextDay } from '../../../src/domain/time/calendar-day.ts'

const TODAY = '2026-03-10'
const NO_TIES = { trunkIds: [], providerIds: [], webhookHosts: [], systems: [] }
const AGREEMENT: Agreement = {
  id: 'agr_1',
  signedOn: '2026-01-01',
  effectiveOn: '2026-01-01',
  expiresOn: '2026-12-31',
  clauses: {},
  documentId: null,
}

function associate(more: Partial<Associate> = {}): Associate {
  return { id: 'asc_1', ties: NO_TIES, agreements: [AGREEMENT], exception: null, endedAt: null, ...more }
}

const agreed = (more: Partial<Agreement>) => associate({ agreements: [{ ...AGREEMENT, ...more }] })

test('an agreement covers from the day it is signed and in effect to the end of its last day', () => {
  assert.equal(coverOf(agreed({}), TODAY), 'agreement')
  assert.equal(coverOf(agreed({ effectiveOn: '2026-03-11' }), TODAY), undefined)
  assert.equal(coverOf(agreed({ signedOn: '2026-03-11' }), TODAY), undefined)
  assert.equal(coverOf(agreed({ expiresOn: TODAY }), TODAY), 'agreement')
  assert.equal(coverOf(agreed({ expiresOn: '2026-03-09' }), TODAY), undefined)
  assert.equal(coverOf(agreed({ expiresOn: null }), '2099-01-01'), 'agreement')
})

test('a contract that lacks a clause is none, and one nobody went through yet counts', () => {
  assert.equal(coverOf(agreed({ clauses: { termination: 'no' } }), TODAY), undefined)
  assert.equal(coverOf(agreed({ clauses: { termination: 'not_applicable' } }), TODAY), 'agreement')
})

test('an exception covers to the end of its day, and nothing covers who has ended', () => {
  const exception = { until: TODAY, at: new Date(0), by: 'key_1' }
  assert.equal(coverOf(associate({ agreements: [], exception }), TODAY), 'exception')
  assert.equal(coverOf(associate({ agreements: [], exception }), nextDay(TODAY)), undefined)
  assert.equal(coverOf(associate({ endedAt: new Date(0) }), TODAY), undefined)
})

test('a renewal leaves no gap when it begins the day after, and leaves one when it begins later', () => {
  const renewed = (effectiveOn: string) =>
    associate({
      agreements: [
        { ...AGREEMENT, expiresOn: '2026-03-20' },
        { ...AGREEMENT, id: 'agr_2', effectiveOn, expiresOn: '2027-03-20' },
      ],
    })
  assert.equal(coveredUntil(renewed('2026-03-21'), TODAY), '2027-03-20')
  assert.equal(coveredUntil(renewed('2026-03-22'), TODAY), '2026-03-20')
  assert.equal(coveredUntil(agreed({ expiresOn: null }), TODAY), null)
  assert.equal(coveredUntil(agreed({ expiresOn: '2026-03-01' }), TODAY), undefined)
})

test('the end of a cover is the last covered day, whatever the contracts', () => {
  const day = fc.integer({ min: 0, max: 40 }).map((n) => dayOf(new Date(Date.UTC(2026, 2, 1 + n))))
  const contract = fc.record({ effectiveOn: day, expiresOn: fc.option(day) })
  fc.assert(
    fc.property(fc.array(contract, { maxLength: 5 }), fc.option(day), (contracts, until) => {
      const agreements = contracts.map((each, at) => ({ ...AGREEMENT, ...each, id: `agr_${at}` }))
      const exception = until === null ? null : { until, at: new Date(0), by: 'key_1' }
      const tried = associate({ agreements, exception })
      let last = coverOf(tried, TODAY) === undefined ? undefined : TODAY
      while (last !== undefined && last < '2027' && coverOf(tried, nextDay(last))) last = nextDay(last)
      const expected = last !== undefined && last >= '2027' ? null : last
      assert.equal(coveredUntil(tried, TODAY), expected)
    }),
    { numRuns: 300 },
  )
})

test('a warning names the nearest threshold: 60, 30 and 7 days before, and once it is over', () => {
  const at = (expiresOn: string | null) => coverWarning(agreed({ expiresOn }), TODAY)
  const inDays = (days: number) => dayOf(new Date(Date.parse(TODAY) + days * 86_400_000))
  assert.equal(at(null), undefined)
  for (const [days, threshold] of [
    [61, undefined],
    [60, 60],
    [31, 60],
    [30, 30],
    [7, 7],
    [0, 7],
    [-1, 0],
    [-5, 0],
  ] as const) {
    assert.equal(at(inDays(days))?.threshold, threshold, `${days} days`)
  }
  assert.equal(at(inDays(-5))?.daysLeft, -5)
  assert.equal(coverWarning(associate({ agreements: [] }), TODAY), undefined)
  assert.equal(coverWarning({ ...agreed({ expiresOn: TODAY }), endedAt: new Date(0) }, TODAY), undefined)
})

test('only what stays on this machine is no other party', () => {
  for (const host of ['localhost', 'a.LOCALHOST', '127.0.0.1', '127.9.9.9', '[::1]', '::1']) {
    assert.ok(isSameMachine(host), host)
  }
  for (const host of [
    '10.0.0.1',
    '127.example.com',
    'localhost.example',
    '::ffff:127.0.0.1',
    '0.0.0.0',
    '',
  ]) {
    assert.ok(!isSameMachine(host), host)
  }
})

test('an associate covers the parties it is tied to and no others', () => {
  const ties = {
    trunkIds: ['trk_1'],
    providerIds: ['prv_1'],
    webhookHosts: ['hooks.example', '2001:db8::1'],
    systems: ['smtp' as const],
  }
  const covers = (party: Party) => coverOfParty(party, [associate({ ties })], TODAY)
  const host = 'far.example'
  assert.equal(covers({ kind: 'trunk', id: 'trk_1', host }), 'agreement')
  assert.equal(covers({ kind: 'trunk', id: 'trk_2', host }), undefined)
  assert.equal(covers({ kind: 'trunk', id: 'trk_2', host: 'localhost' }), 'same_machine')
  assert.equal(covers({ kind: 'provider', id: 'prv_1', host }), 'agreement')
  assert.equal(covers({ kind: 'provider', id: 'trk_1', host }), undefined)
  assert.equal(covers({ kind: 'webhook', host: 'HOOKS.example' }), 'agreement')
  assert.equal(covers({ kind: 'webhook', host: '[2001:DB8::1]' }), 'agreement')
  assert.equal(covers({ kind: 'webhook', host: 'a.hooks.example' }), undefined)
  assert.equal(covers({ kind: 'smtp', host }), 'agreement')
  assert.equal(covers({ kind: 'kms', host }), undefined)
})

test('a day is one that exists', () => {
  for (const text of ['2026-02-29', '2026-13-01', '2026-1-01', '1899-12-31', '2026-01-01T00:00:00Z', '']) {
    assert.ok(!isDay(text), text)
  }
  assert.ok(isDay('2028-02-29'))
  assert.equal(daysBetween('2026-03-01', '2026-02-27'), -2)
})
