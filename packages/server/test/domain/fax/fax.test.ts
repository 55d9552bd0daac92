import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  assertMayBecome,
  endedEarly,
  FAX_STATUSES,
  Fault,
  isTerminal,
  mayBecome,
} from '../../../src/domain/fax/fax.ts'

const status = fc.constantFrom(...FAX_STATUSES)

test('a terminal status never changes', () => {
  fc.assert(
    fc.property(status, status, (from, to) => {
      fc.pre(isTerminal(from))
      assert.equal(mayBecome(from, to), false)
      assert.throws(() => assertMayBecome(from, to), Fault)
    }),
  )
})

test('a person or the watchdog can end a fax in every status that is not terminal', () => {
  for (const from of FAX_STATUSES.filter((each) => !isTerminal(each))) {
    assert.ok(mayBecome(from, 'canceled'), from)
    assert.ok(mayBecome(from, 'expired'), from)
  }
})

test('any walk along the table ends in a terminal status and stays there', () => {
  fc.assert(
    fc.property(fc.array(status, { maxLength: 60 }), (wishes) => {
      let at: (typeof FAX_STATUSES)[number] = 'scheduled'
      let ended: string | undefined
      for (const wish of wishes) {
        if (mayBecome(at, wish)) at = wish
        if (ended !== undefined) assert.equal(at, ended)
        if (isTerminal(at)) ended = at
      }
    }),
  )
})

test('only a call can deliver: no status but sending leads to delivered or outcome_unknown', () => {
  for (const from of FAX_STATUSES) {
    assert.equal(mayBecome(from, 'delivered'), from === 'sending', from)
    assert.equal(mayBecome(from, 'outcome_unknown'), from === 'sending', from)
  }
})

test('a fax that ended early hides no confirmed page', () => {
  fc.assert(
    fc.property(fc.constantFrom('canceled', 'expired', 'failed'), fc.nat(500), (wanted, pagesConfirmed) => {
      const ended = endedEarly(wanted, pagesConfirmed)
      assert.equal(ended, pagesConfirmed > 0 ? 'partially_delivered' : wanted)
      assert.ok(isTerminal(ended))
    }),
  )
})
